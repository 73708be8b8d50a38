/** The content type that the ending of a file's name says; undefined: bytes. */
export const contentTypeOf = (path: string): string | undefined => endings.get(path.slice(path.lastIndexOf('.')).toLowerCase())

const endings: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.xml', 'application/xml'],
  ['.csv', 'text/csv'],
  ['.txt', 'text/plain'],
])
