export interface Template {
  readonly subject: string;
  text(userId: string): string;
}

/** By the name that callers give in `template`. A Map, because a name such as "constructor" is no template. */
export const TEMPLATES: ReadonlyMap<string, Template> = new Map([
  ['welcome', { subject: 'Welcome', text: (userId) => `Hello ${userId},\n\nyour account is ready.\n` }],
  ['v2', { subject: 'Welcome aboard', text: (userId) => `Hello ${userId},\n\nglad to have you aboard.\n` }],
  [
    'new-user-welcome-v2',
    {
      subject: 'Your first steps',
      text: (userId) => `Hello ${userId},\n\nyour account is ready. Here is what to do first: look around.\n`,
    },
  ],
]);
