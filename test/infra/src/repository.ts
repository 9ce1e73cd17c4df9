import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Ends with a slash. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export const textOf = (path: string): string => readFileSync(root + path, 'utf8');
