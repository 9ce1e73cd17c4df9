import { z } from 'zod';

/** Anything that JSON can say. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/**
 * Any JSON value. Accepts whatever is there: it stands only where the value came out of JSON.parse after the scanner,
 * and walking every params and result a second time would buy nothing.
 */
export const Json = z.custom<JsonValue>((value) => value !== undefined, 'a JSON value is missing');
/** A JSON object, its members not looked into. */
export const JsonMap = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
