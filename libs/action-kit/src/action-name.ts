/** Lower-case words joined by single hyphens: safe in subjects, stream names, URLs and file names alike. */
const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 64;

export const isActionName = (name: unknown): name is string =>
  typeof name === 'string' && name.length <= NAME_LENGTH_MAX && NAME.test(name);
