/** Nesting of a JSON or XML body: a deeper one is MALFORMED. */
export const maxDepth = 64
/** Values of a JSON body, elements and attributes of an XML one: a body with more is MALFORMED. */
export const maxNodes = 100_000
/** Attributes of one XML element. */
export const maxAttributes = 64
