import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { INPUT_LIMITS, type JsonObject, scanJson } from '@action-do/contracts';
import { type CliFailure, usageFailure } from '../cli-failure.js';
import { isJsonObject } from '../gateway/json-reading.js';
import { reasonOf } from '../reason.js';
import type { Surroundings } from '../surroundings.js';

const HOW = 'Give --params one JSON object: as text in single quotes, as @file, or as - for standard input.';

/**
 * What `--params` names: JSON itself, `@file`, or `-` for standard input. Checked here by the scanner that the platform
 * uses, so that what would be refused or changed on its way (a number that JavaScript cannot hold, a name that stands
 * twice) is found before it is sent, and with its place.
 * @throws CliFailure usage
 */
export async function readParams(given: string, { stdin, cwd }: Surroundings): Promise<JsonObject> {
  if (given === '-') return parseParams(await readBytes(stdin, 'Standard input'), 'Standard input');
  if (!given.startsWith('@')) return parseParams(new TextEncoder().encode(given), '--params');
  const path = given.slice(1);
  if (path === '') throw refuse('--params: there is no file name after @.');
  return parseParams(await readBytes(createReadStream(resolve(cwd, path)), path), path);
}

function parseParams(bytes: Uint8Array, from: string): JsonObject {
  const scan = scanJson(bytes, INPUT_LIMITS);
  const text = new TextDecoder().decode(bytes);
  if (!scan.ok) {
    const { path, message, offset, code } = scan.problem;
    const where = `${from}, ${placeOf(bytes, offset)}${path === '' ? '' : ` (${path})`}`;
    throw usageFailure(
      `${where}: ${message.replace(/\.$/, '')}.`,
      HOW,
      code === 'BODY_TOO_LARGE' ? 'PAYLOAD_TOO_LARGE' : 'PARAMS_INVALID',
    );
  }
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  throw refuse(`${from}: the params are not a JSON object.`);
}

/** As editors count: lines and characters from 1. */
function placeOf(bytes: Uint8Array, offset: number): string {
  const lines = new TextDecoder().decode(bytes.subarray(0, offset)).split('\n');
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? '')].length + 1}`;
}

async function readBytes(stream: Readable, from: string): Promise<Uint8Array> {
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
    throw refuse(`${from} cannot be read: ${reasonOf(error)}.`);
  }
  return Buffer.concat(chunks);
}

const refuse = (detail: string): CliFailure => usageFailure(detail, HOW, 'PARAMS_INVALID');
