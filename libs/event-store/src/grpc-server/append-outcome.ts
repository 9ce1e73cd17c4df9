/** What may become of a write, in no protocol's words: batch answers and calls each have a table from here. */

/** What a writer expects of the stream: no matter what, that it is there, that it is not, or its last revision. */
export type Expected = 'any' | 'stream-exists' | 'no-stream' | bigint;

export interface Written {
  readonly kind: 'written';
  /** Undefined: the stream has no event (an append of none). */
  readonly revision: bigint | undefined;
  readonly position: bigint | undefined;
}

export type Refused =
  /** `actual`: the stream's last revision, undefined where it has no event. */
  | { readonly kind: 'wrong-revision'; readonly actual: bigint | undefined }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'access-denied'; readonly detail: string }
  | { readonly kind: 'too-large' }
  /** `property`: the metadata property that is missing or wrong, where it is one. */
  | { readonly kind: 'bad-request'; readonly detail: string; readonly property?: string }
  /** Nobody can say whether it was written: the same ids may be sent again. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** Not written: try later. */
  | { readonly kind: 'busy'; readonly detail: string };

export type WriteOutcome = Written | Refused;

/** Data of one append, in bytes; metadata, types and names are not counted. */
export const APPEND_DATA_BYTES_MAX = 1024 * 1024;

export const badRequest = (detail: string, property?: string): Refused =>
  property === undefined ? { kind: 'bad-request', detail } : { kind: 'bad-request', detail, property };
