import type { Finding } from '../core/finding.ts'
import type { Project } from './project.ts'

/** What no schema can say: each looks at the whole and gives its findings. */
export const rules: readonly ((project: Project) => readonly Finding[])[] = []
