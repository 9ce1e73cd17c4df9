/** What the newest event of `$$<stream>` says about the stream: which of its events are shown. */

export interface StreamSettings {
  /** At most this many events, the newest. */
  readonly maxCount?: number;
  readonly maxAgeMs?: number;
  /** Nothing before this revision. */
  readonly truncateBefore?: number;
}

const METASTREAM_PREFIX = '$$';
/** A metadata stream shows only its newest event, by no setting of its own. */
export const METASTREAM_SETTINGS: StreamSettings = { maxCount: 1 };

export const metastreamOf = (stream: string): string => `${METASTREAM_PREFIX}${stream}`;
export const isMetastream = (stream: string): boolean => stream.startsWith(METASTREAM_PREFIX);
/** The stream that a metadata stream is about. */
export const streamOf = (metastream: string): string => metastream.slice(METASTREAM_PREFIX.length);

/** As text: 2^63-1, which a JSON number loses to the next double. */
const SOFT_DELETED_TEXT = '9223372036854775807';
const SOFT_DELETED = 2 ** 63;
const KEYS_THAT_HIDE = ['$maxCount', '$maxAge', '$tb'];

export const SOFT_DELETION = Buffer.from(`{"$tb":${SOFT_DELETED_TEXT}}`);

export const isSoftDeletion = ({ truncateBefore = 0 }: StreamSettings): boolean =>
  truncateBefore >= SOFT_DELETED;

/** Anything that does not fit is as if it were not there, as it is on a real server. */
export function parseSettings(data: Uint8Array): StreamSettings {
  const said = parseObject(data) ?? {};
  const maxCount = wholeFrom(1, said['$maxCount']);
  const maxAge = wholeFrom(1, said['$maxAge']);
  const truncateBefore = wholeFrom(0, said['$tb']);
  return {
    ...(maxCount !== undefined && { maxCount }),
    ...(maxAge !== undefined && { maxAgeMs: maxAge * 1_000 }),
    ...(truncateBefore !== undefined && { truncateBefore }),
  };
}

/** Whether events of the stream could be hidden by it. */
export function hidesEvents(data: Uint8Array): boolean {
  const said = parseObject(data);
  return said !== undefined && KEYS_THAT_HIDE.some((key) => Object.hasOwn(said, key));
}

/** The same settings, but the stream begins at `revision`; undefined where they are no JSON object. */
export function settingsFrom(data: Uint8Array, revision: number): Buffer | undefined {
  const said = parseObject(data);
  return said && Buffer.from(JSON.stringify({ ...said, $tb: revision }));
}

function parseObject(data: Uint8Array): Record<string, unknown> | undefined {
  try {
    const said: unknown = JSON.parse(Buffer.from(data).toString());
    return typeof said === 'object' && said !== null && !Array.isArray(said)
      ? Object.fromEntries(Object.entries(said))
      : undefined;
  } catch {
    return undefined;
  }
}

const wholeFrom = (min: number, value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= min ? value : undefined;
