import { resolve } from 'node:path';
import { ViewsUrlInvalid } from '../errors.js';
import { EmbeddedPlace } from './embedded/embedded-place.js';
import type { Place } from './place.js';
import { PostgresPlace } from './postgres/postgres-place.js';

const EMBEDDED = 'embedded:';

/** The place that an address names; nothing is opened yet. @throws ViewsUrlInvalid */
export function placeAt(url: string): Place {
  if (url.startsWith(EMBEDDED) && url.length > EMBEDDED.length) {
    return new EmbeddedPlace(resolve(url.slice(EMBEDDED.length)));
  }
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return new PostgresPlace(url);
  throw new ViewsUrlInvalid();
}
