/** What one JSON body may hold. Every number is inclusive: the limit itself is accepted, one more is refused. */
export interface InputLimits {
  /** Bytes of the whole body. */
  readonly bodyBytesMax: number;
  /** Objects and arrays open at once; a scalar body has depth 0 and `{}` depth 1. */
  readonly depthMax: number;
  /** Members of one object. */
  readonly objectKeysMax: number;
  /** Items of one array. */
  readonly arrayItemsMax: number;
  /** Values of the whole body, each object, array and scalar counted once; keys are not values. */
  readonly valuesMax: number;
  /** Bytes of one string or key as UTF-8 after its escapes are resolved. */
  readonly stringBytesMax: number;
}

/**
 * The limits of every body that comes from outside, over HTTP and over the bus.
 *
 * Items are counted an array, since that is the number a caller can see and split. Arrays in arrays would slip past it,
 * so all values together are bounded too: 50,000 leaves room for the longest array of records of four members.
 */
export const INPUT_LIMITS: InputLimits = Object.freeze({
  bodyBytesMax: 256 * 1024,
  depthMax: 32,
  objectKeysMax: 1_000,
  arrayItemsMax: 10_000,
  valuesMax: 50_000,
  stringBytesMax: 64 * 1024,
});
