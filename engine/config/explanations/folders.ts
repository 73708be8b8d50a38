import type { Explanations } from '../explanation.ts'

/** What folders say of each other, and what holds for all components of one. */
export const folderPages: Explanations = {
  'idle-overlay': {
    meaning: `A warning. What an overlay says here, a folder below says already, or it takes away what is not there. It is left over from a change below, or one
of the two values was meant to be another. It is told at the outermost key of which nothing changes anything.`,
    without: 'it takes two folders',
  },
  'idle-default': {
    meaning: `A warning. Under \`defaults:\` stands a value that nothing can have: there is no pipeline, channel or connector at all, or none of a type for
which it means something. A schedule is called by nobody, so \`security\` says nothing of it.`,
    wrong: `defaults:
  channels:
    security: none
pipelines:
  clean:
    channels:
      - schedule:
          every: 1h
    steps:
      - log: cleaned
`,
    right: `defaults:
  pipelines:
    timeout: 10m
pipelines:
  clean:
    channels:
      - schedule:
          every: 1h
    steps:
      - log: cleaned
`,
  },
}
