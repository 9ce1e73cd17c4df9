const KEY_CHARACTERS_MAX = 64;
const PATH_CHARACTERS_MAX = 256;
const PLAIN_KEY = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/**
 * Writes the way to a value as JavaScript would: `params.items[3].name`, `params["odd key"]`; the body itself is ''.
 *
 * Not a JSON Pointer, because people read this in an error and know this form by heart; `~1` they have to look up.
 * Always printable ASCII, so it fits into a log line, an HTTP header and a bus header as it is. Always short: a long key
 * is cut (`["aaa"...]`), and of a long path the beginning and the last step are kept (`a.b...[3]`).
 *
 * @param segments keys and array indexes from the outside in; keys may hold anything
 */
export function formatPath(segments: readonly (string | number)[]): string {
  const last = segments.at(-1);
  let path = '';
  for (const segment of segments.slice(0, -1)) {
    const step = formatStep(segment);
    if (path.length + step.length > PATH_CHARACTERS_MAX) {
      path += '...';
      break;
    }
    path += step;
  }
  if (last !== undefined) path += formatStep(last);
  return path.startsWith('.') ? path.slice(1) : path;
}

function formatStep(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (segment.length <= KEY_CHARACTERS_MAX && PLAIN_KEY.test(segment)) return `.${segment}`;
  let shown = '';
  for (let i = 0; i < segment.length; i++) {
    const character = escapeUnit(segment.charCodeAt(i));
    if (shown.length + character.length > KEY_CHARACTERS_MAX) return `["${shown}"...]`;
    shown += character;
  }
  return `["${shown}"]`;
}

function escapeUnit(unit: number): string {
  if (unit < 0x20 || unit > 0x7e) return `\\u${unit.toString(16).padStart(4, '0')}`;
  const character = String.fromCharCode(unit);
  return character === '"' || character === '\\' ? `\\${character}` : character;
}
