/**
 * The page of a rule of findings. `meaning` is Markdown: what is wrong, and why it matters. `wrong` is YAML that yields a finding of this rule and
 * of no other, `right` says what was meant and loads without any; both are whole documents. Behind a line `# another.yaml` a second file of the
 * folder begins. Where YAML alone cannot show it, `without` says why.
 */
export type Explanation =
  | { readonly meaning: string; readonly wrong: string; readonly right: string }
  | { readonly meaning: string; readonly without: string }

export type Explanations = Readonly<Record<string, Explanation>>
