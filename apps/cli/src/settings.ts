import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliFailure, ownProblem, usageFailure } from './cli-failure.js';
import { reasonOf } from './reason.js';
import type { Surroundings } from './surroundings.js';

const BASE_URL = 'http://127.0.0.1:8420';
const KEY_BYTES_MAX = 4_096;
const KEY_LOOKS = /^[\x21-\x7e]+$/;

/** What the global options say; undefined where they were not given. */
export interface GivenSettings {
  readonly baseUrl?: string | undefined;
  readonly apiKeyFile?: string | undefined;
}

/** @returns without a slash at its end  @throws CliFailure usage: not an address that could be called */
export function baseUrlOf({ baseUrl }: GivenSettings, { env }: Surroundings): string {
  const given = baseUrl ?? (env['DO_BASE_URL'] || undefined);
  const name = baseUrl === undefined ? 'DO_BASE_URL' : '--base-url';
  const refuse = (what: string) =>
    usageFailure(`${name} ${what}.`, `Give an http or https address, such as ${BASE_URL}.`);
  if (given === undefined) return BASE_URL;
  if (!URL.canParse(given)) throw refuse('is not an address');
  const { protocol, username, password, search, hash } = new URL(given);
  if (!/^https?:$/.test(protocol)) throw refuse('is not an http or https address');
  if (username || password) throw refuse('holds a user or a password, which no key of ours is');
  if (search || hash) throw refuse('goes on after its path');
  return given.replace(/\/+$/, '');
}

/** The data folder of a platform that was started here, which need not exist. */
export const dataDirOf = ({ env, cwd }: Surroundings): string => resolve(cwd, env['DO_DATA_DIR'] || './data');

export interface FoundKey {
  readonly key: string;
  /** Where it comes from, for people: never the key. */
  readonly from: string;
}

/**
 * The key to call with: `--api-key-file`, else DO_API_KEY, else the file that `npm start` writes.
 * Never from an argument: those are seen by everybody on the machine and kept in the shell's history.
 * @throws CliFailure there is none, or it holds what no key holds
 */
export function apiKeyOf(given: GivenSettings, surroundings: Surroundings): FoundKey {
  const found = findKey(given, surroundings);
  if (found === undefined)
    throw new CliFailure(
      ownProblem('UNAUTHENTICATED', 'There is no API key.', {
        hint: `Set DO_API_KEY, or name a file with --api-key-file. npm start keeps the first key in its data folder; ${join(dataDirOf(surroundings), 'api-key')} does not exist.`,
        effect: 'none',
      }),
    );
  if (KEY_LOOKS.test(found.key)) return found;
  const what = found.key === '' ? 'is empty' : 'holds characters that no key has';
  throw new CliFailure(
    ownProblem('UNAUTHENTICATED', `The API key from ${found.from} ${what}.`, { effect: 'none' }),
  );
}

function findKey({ apiKeyFile }: GivenSettings, surroundings: Surroundings): FoundKey | undefined {
  if (apiKeyFile !== undefined) return readKeyFile(resolve(surroundings.cwd, apiKeyFile));
  const key = surroundings.env['DO_API_KEY'];
  if (key) return { key: key.trim(), from: 'DO_API_KEY' };
  const file = join(dataDirOf(surroundings), 'api-key');
  return existsSync(file) ? readKeyFile(file) : undefined;
}

function readKeyFile(path: string): FoundKey {
  try {
    return { key: readStart(path).trim(), from: path };
  } catch (error) {
    throw new CliFailure(
      ownProblem('UNAUTHENTICATED', `The file with the API key cannot be read: ${reasonOf(error)}.`, {
        hint: 'Check --api-key-file and the rights of the file.',
        effect: 'none',
      }),
    );
  }
}

/** No more of a file than a key could have: the path may be a mistake. */
function readStart(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(KEY_BYTES_MAX);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
