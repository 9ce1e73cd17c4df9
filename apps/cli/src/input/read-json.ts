import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type ErrorCode,
  INPUT_LIMITS,
  type JsonObject,
  type JsonValue,
  scanJson,
} from '@action-do/contracts';
import { type CliFailure, usageFailure } from '../cli-failure.js';
import { isJsonObject } from '../gateway/json-reading.js';
import { reasonOf } from '../reason.js';
import type { Surroundings } from '../surroundings.js';

/** An option whose value is JSON: itself, `@file`, or `-` for standard input. */
interface JsonOption {
  readonly name: string;
  /** What to do where it cannot be read. */
  readonly how: string;
  readonly code: ErrorCode;
}

const PARAMS: JsonOption = {
  name: '--params',
  how: 'Give --params one JSON object: as text in single quotes, as @file, or as - for standard input.',
  code: 'PARAMS_INVALID',
};
const RESULT: JsonOption = {
  name: '--result',
  how: 'Give --result JSON: as text in single quotes, as @file, or as - for standard input.',
  code: 'REQUEST_INVALID',
};

const DOCUMENT: JsonOption = {
  name: 'FILE',
  how: 'Give a file that holds the action as one JSON object, or - for standard input; docs/reference/cli.md has an example.',
  code: 'BODY_INVALID',
};

/** What `--params` names. @throws CliFailure usage */
export async function readParams(given: string, surroundings: Surroundings): Promise<JsonObject> {
  const { value, from } = await readJson(PARAMS, given, surroundings);
  if (isJsonObject(value)) return value;
  throw refuse(PARAMS, `${from}: the params are not a JSON object.`);
}

/** A JSON object in a file, or from standard input where the path is `-`. @throws CliFailure usage */
export async function readDocument(
  path: string,
  surroundings: Surroundings,
): Promise<{ value: JsonObject; from: string }> {
  const { value, from } = await readJson(DOCUMENT, path === '-' ? path : `@${path}`, surroundings);
  if (isJsonObject(value)) return { value, from };
  throw refuse(DOCUMENT, `${from} does not hold a JSON object.`);
}

/** What `--result` names, whatever JSON it is. @throws CliFailure usage */
export const readResult = async (given: string, surroundings: Surroundings): Promise<JsonValue> =>
  (await readJson(RESULT, given, surroundings)).value;

/**
 * Checked here by the scanner that the platform uses, so that what would be refused or changed on its way (a number that
 * JavaScript cannot hold, a name that stands twice) is found before it is sent, and with its place.
 */
async function readJson(
  option: JsonOption,
  given: string,
  { stdin, cwd }: Surroundings,
): Promise<{ value: JsonValue; from: string }> {
  if (given === '-') return parse(option, await readBytes(option, stdin, 'Standard input'), 'Standard input');
  if (!given.startsWith('@')) return parse(option, new TextEncoder().encode(given), option.name);
  const path = given.slice(1);
  if (path === '') throw refuse(option, `${option.name}: there is no file name after @.`);
  return parse(option, await readBytes(option, createReadStream(resolve(cwd, path)), path), path);
}

function parse(option: JsonOption, bytes: Uint8Array, from: string): { value: JsonValue; from: string } {
  const scan = scanJson(bytes, INPUT_LIMITS);
  if (scan.ok) return { value: JSON.parse(new TextDecoder().decode(bytes)), from };
  const { path, message, offset, code } = scan.problem;
  const where = `${from}, ${placeOf(bytes, offset)}${path === '' ? '' : ` (${path})`}`;
  throw usageFailure(
    `${where}: ${message.replace(/\.$/, '')}.`,
    option.how,
    code === 'BODY_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : option.code,
  );
}

/** As editors count: lines and characters from 1. */
function placeOf(bytes: Uint8Array, offset: number): string {
  const lines = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n');
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? '')].length + 1}`;
}

async function readBytes(option: JsonOption, stream: Readable, from: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : new Uint8Array(chunk);
      size += bytes.byteLength;
      chunks.push(bytes);
      // Leaving the loop closes the stream: the rest is not read.
      if (size > INPUT_LIMITS.bodyBytesMax) break;
    }
  } catch (error) {
    throw refuse(option, `${from} cannot be read: ${reasonOf(error)}.`);
  }
  return Buffer.concat(chunks);
}

const refuse = ({ how, code }: JsonOption, detail: string): CliFailure => usageFailure(detail, how, code);
