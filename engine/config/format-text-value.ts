import { stringify } from 'yaml'
import type { Json } from '../core/message.ts'
import { rewrite } from './format-text-blocks.ts'

/** A value as YAML in the one spelling, block style throughout. */
export const yamlOf = (value: Json): string => rewrite(stringify(value, { lineWidth: 0 }))
