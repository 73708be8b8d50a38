/** What the engine needs of node:http. To import that as an ES module loads all of fetch and WebSocket with it: 40 ms of a start. */
export const { createServer, IncomingMessage, STATUS_CODES } = process.getBuiltinModule('node:http')
