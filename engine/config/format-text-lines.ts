/** A text that grows line by line: words with one blank between them, and at most one empty line in a row. */
export class Lines {
  readonly #ended: string[] = []
  #line: string | undefined
  #fresh = true
  #newlines = 0

  get text(): string {
    const lines = this.#line === undefined ? this.#ended : [...this.#ended, this.#line]
    return lines.map(line => `${line}\n`).join('')
  }

  /** Characters of the line so far. */
  get width(): number {
    return this.#line?.length ?? 0
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
    this.#close()
    if (this.#newlines > 1 && this.#ended.length > 0) this.#ended.push('')
    this.#line = ' '.repeat(indent)
    this.#fresh = true
    this.#newlines = 0
  }

  word(text: string): void {
    this.glue(this.#fresh ? text : ` ${text}`)
  }

  glue(text: string): void {
    this.#line = (this.#line ?? '') + text
    this.#fresh = false
    this.#newlines = 0
  }

  /** On a line of its own where it had one, else behind what stands before it, as far away as it was. */
  comment(text: string, gap: string, indent: number): void {
    const alone = this.#newlines > 0 || (this.#line === undefined && this.#ended.length === 0)
    if (alone) this.begin(indent)
    this.glue(alone ? text : `${gap === '' ? ' ' : gap}${text}`)
  }

  /** Whole lines, none of which is ended by anything else. */
  block(lines: readonly string[]): void {
    this.#close()
    for (const line of lines) this.#ended.push(line)
    this.#newlines = 1
  }

  #close(): void {
    if (this.#line !== undefined) this.#ended.push(this.#line)
    this.#line = undefined
  }
}
