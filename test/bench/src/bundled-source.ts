import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A bundle says above each of its parts which file that was made of. */
const PART = /^\/\/ ((?:apps|libs|node_modules)\/\S+)$/;
const OWN_FOLDER = /\/(?:node_modules|apps|libs|examples|test)\//;

export interface Place {
  readonly url: string;
  /** From 0. */
  readonly line: number;
}

interface Part {
  readonly file: string;
  readonly firstLine: number;
}

const parts = new Map<string, readonly Part[]>();

/** What a place in a bundle was made of, the line counted from where its part begins; any other place is itself. */
export function sourceOf({ url, line }: Place): Place {
  if (!url.startsWith('file:') || OWN_FOLDER.test(url)) return { url, line };
  const part = partsOf(url).findLast(({ firstLine }) => firstLine <= line);
  return part === undefined ? { url, line } : { url: `/${part.file}`, line: line - part.firstLine };
}

function partsOf(url: string): readonly Part[] {
  const known = parts.get(url);
  if (known !== undefined) return known;
  const read = readParts(url);
  parts.set(url, read);
  return read;
}

function readParts(url: string): readonly Part[] {
  let text: string;
  try {
    text = readFileSync(fileURLToPath(url), 'utf8');
  } catch {
    return []; // Not there any more: then the bundle itself is all that can be told.
  }
  return text.split('\n').flatMap((each, index) => {
    const file = PART.exec(each)?.[1];
    return file === undefined ? [] : [{ file, firstLine: index + 1 }];
  });
}
