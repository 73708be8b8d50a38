/** How many queued messages the process runs at once, over all pipelines, and how many bytes they have. */
export class Budget {
  #messages: number
  #bytes: number

  constructor(messages: number, bytes: number) {
    this.#messages = messages
    this.#bytes = bytes
  }

  get messagesLeft(): number {
    return Math.max(0, this.#messages)
  }
  get bytesLeft(): number {
    return Math.max(0, this.#bytes)
  }

  take(bytes: number): void {
    this.#messages--
    this.#bytes -= bytes
  }

  give(bytes: number): void {
    this.#messages++
    this.#bytes += bytes
  }
}
