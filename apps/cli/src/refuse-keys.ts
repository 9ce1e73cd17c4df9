import { parseApiKey } from '@action-do/contracts';
import { usageFailure } from './cli-failure.js';

/**
 * Arguments are shown by `ps` to everybody on the machine and kept in the shell's history, so a key among them is
 * refused before anything is done with it. The key is not repeated in what is said.
 */
export function refuseKeysIn(argv: readonly string[]): void {
  const option = argv.some((text) => /^--api-key(=|$)/.test(text));
  const key = argv.some((text) => parseApiKey(text.slice(text.indexOf('=') + 1)) !== null);
  if (!option && !key) return;
  throw usageFailure(
    option
      ? '--api-key is not taken: arguments are visible in the list of processes and stay in the history of the shell.'
      : 'An argument is an API key: arguments are visible in the list of processes and stay in the history of the shell. Treat this key as leaked.',
    'Set DO_API_KEY, or write the key into a file and name it with --api-key-file.',
  );
}
