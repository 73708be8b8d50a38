import type { Deferral, ServedChannel } from '../core/component.ts'
import { SluiceError } from '../core/errors.ts'
import { stateOf } from '../durable/message-state.ts'
import type { ServedModel } from './routes.ts'
import type { Shared } from './shared.ts'

/** Where callers of an `async` channel ask what became of their messages: a route of its own, with the security of the channel. */
export function compileAsking(
  { channel, definition }: Pick<ServedModel, 'channel' | 'definition'>,
  deferral: Deferral<unknown>,
  shared: Shared,
): ServedModel {
  const { store, intake, clock } = shared.options
  const format = channel.format?.type
  const asked: ServedChannel<unknown> = {
    ...definition,
    serve: () => async request => {
      const id = request.params.message ?? ''
      const receipt = await stateOf(id, { store, receipts: intake.receipts, clock })
      if (receipt === undefined) throw new SluiceError('NOT_FOUND', 'there is no such message, or it is too old to be asked for')
      return deferral.told(receipt, format)
    },
  }
  return { channel, definition: asked, route: deferral.route(channel.config), handle: unasked }
}

const unasked: ServedModel['handle'] = async () => {
  throw new SluiceError('INTERNAL', 'who asks for a message hands none in')
}
