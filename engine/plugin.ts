/** `sluice/plugin`: what a plugin may import. The component contract, the error, and the tiny values of core. */
export * from './core/component.ts'
export type { Duration, Size } from './core/duration.ts'
export { SluiceError } from './core/errors.ts'
export type { Body, Content, Headers, Inbound, Json, Message, Principal, Reply, Source } from './core/message.ts'
export type { Clock, Logger, Status } from './core/ports.ts'
export type { Scope } from './core/scope.ts'
export { Secret } from './core/secret.ts'
