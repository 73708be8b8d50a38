/** The body under a number, from nothing to more than a page of the database. */
export const bodyOf = (number: number): Buffer => Buffer.alloc((number % 50) * 100, `${number} `)
