/** Namespace of `xsi:nil`. */
export const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance'
export const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'
