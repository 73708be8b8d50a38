/** A text that grows line by line: words with one blank between them, and at most one empty line in a row. */
export class Lines {
  #text = ''
  #newlines = 0
  #fresh = true

  get text(): string {
    return this.#text === '' || this.#text.endsWith('\n') ? this.#text : `${this.#text}\n`
  }

  /** Characters of the line so far. */
  get width(): number {
    return this.#text.length - this.#text.lastIndexOf('\n') - 1
  }

  /** The original's line ended here. */
  end(): void {
    this.#newlines += 1
  }

  /** Whatever the original broke so far is forgotten: the bracket that stood there is not written. */
  rest(): void {
    this.#newlines = 0
  }

  begin(indent: number): void {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n'
    if (this.#text !== '' && this.#newlines > 1 && !this.#text.endsWith('\n\n')) this.#text += '\n'
    this.#text += ' '.repeat(indent)
    this.#fresh = true
    this.#newlines = 0
  }

  word(text: string): void {
    this.glue(this.#fresh ? text : ` ${text}`)
  }

  glue(text: string): void {
    this.#text += text
    this.#fresh = false
    this.#newlines = 0
  }

  /** On a line of its own where it had one, else behind what stands before it, as far away as it was. */
  comment(text: string, gap: string, indent: number): void {
    const alone = this.#text === '' || this.#newlines > 0
    if (alone) this.begin(indent)
    this.glue(alone ? text : `${gap === '' ? ' ' : gap}${text}`)
  }

  /** Whole lines, the last of which is ended. */
  block(text: string): void {
    this.#text += `\n${text}`
    this.#newlines = 1
  }
}
