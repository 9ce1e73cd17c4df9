/** The modules that `DO_ACTIONS` names, comma-separated. */
export const modulesIn = (actions: string): string[] =>
  actions
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
