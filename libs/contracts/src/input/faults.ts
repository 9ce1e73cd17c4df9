import type { InputLimits } from './input-limits.js';
import type { InputProblem, InputProblemCode } from './input-problem.js';

type Verdict = readonly [code: InputProblemCode, sentence: string | ((limits: InputLimits) => string)];

/** Every way to be refused; several share a code where the caller's remedy is the same. */
const FAULTS = {
  tooLarge: ['BODY_TOO_LARGE', (l) => `The body has more than ${l.bodyBytesMax} bytes.`],
  empty: ['BODY_EMPTY', 'The body is empty; it must be one JSON value.'],
  byteOrderMark: ['BODY_NOT_UTF8', 'The body must be UTF-8 without a byte order mark.'],
  notUtf8: ['BODY_NOT_UTF8', 'The body is not valid UTF-8.'],
  bodyEnds: ['JSON_SYNTAX', 'The body ends before its JSON value does.'],
  valueExpected: ['JSON_SYNTAX', 'A JSON value is expected here.'],
  keyExpected: ['JSON_SYNTAX', 'A key in double quotes is expected here.'],
  colonExpected: ['JSON_SYNTAX', 'A colon is expected after the key.'],
  objectGoesOn: ['JSON_SYNTAX', 'A comma or a closing brace is expected here.'],
  arrayGoesOn: ['JSON_SYNTAX', 'A comma or a closing bracket is expected here.'],
  trailing: ['JSON_SYNTAX', 'The body goes on after its JSON value.'],
  badWord: ['JSON_SYNTAX', 'Of words, JSON knows true, false and null.'],
  badNumber: ['JSON_SYNTAX', 'A number lacks a digit here.'],
  badEscape: ['JSON_SYNTAX', 'An escape in a string is not one that JSON knows.'],
  controlCharacter: ['JSON_SYNTAX', 'A control character in a string must be escaped.'],
  tooDeep: ['DEPTH', (l) => `Objects and arrays are nested more than ${l.depthMax} deep.`],
  tooManyKeys: ['KEYS', (l) => `An object has more than ${l.objectKeysMax} keys.`],
  tooManyItems: ['ITEMS', (l) => `An array has more than ${l.arrayItemsMax} items.`],
  tooManyValues: ['VALUES', (l) => `The body has more than ${l.valuesMax} values.`],
  longString: ['STRING_LENGTH', (l) => `A string or key has more than ${l.stringBytesMax} bytes.`],
  duplicateKey: ['DUPLICATE_KEY', 'This key occurs more than once in its object.'],
  prototypeKey: ['PROTOTYPE_KEY', 'This name is reserved and cannot be a key.'],
  loneSurrogate: ['LONE_SURROGATE', 'A string or key has half of a surrogate pair.'],
  unsafeInteger: ['UNSAFE_INTEGER', 'A number is beyond 2^53-1 and would be changed; send it as a string.'],
  outOfRange: ['NUMBER_RANGE', 'A number is too large or too small for a 64-bit float; send it as a string.'],
} as const satisfies Record<string, Verdict>;

/** What the parts of the scanner return instead of throwing; `undefined` means that all is well. */
export type Fault = keyof typeof FAULTS;

/** Makes the public answer for a fault. @param offset in bytes @param path as `formatPath` writes it */
export function inputProblem(fault: Fault, path: string, offset: number, limits: InputLimits): InputProblem {
  const [code, sentence]: Verdict = FAULTS[fault];
  return { code, path, message: typeof sentence === 'string' ? sentence : sentence(limits), offset };
}
