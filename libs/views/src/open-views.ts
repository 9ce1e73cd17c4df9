import { placeAt } from './engine/place-at.js';
import { openGeneration } from './generations/open-generation.js';
import { LiveReader } from './read/views-reader.js';
import type { ViewsReader } from './views.js';
import type { GenerationWriter } from './write/views-writer.js';

export interface ViewsOptions {
  /** `embedded:<folder>`, or `postgres://…` with a session per connection (no pooler in transaction mode). */
  readonly url: string;
}

export interface ViewsWriterOptions extends ViewsOptions {
  /** Told what an operator should know, such as that older views are served while new ones are built. */
  readonly onWarning?: (message: string) => void;
  /** Fills new views whatever there is; readers go on with what there is until these go live. */
  readonly anew?: boolean;
  /**
   * Views that are to be filled from the log are seen by readers only after `goLive()`, also where there are no others.
   * They get the indexes of readers then, which makes filling them from a long log much quicker.
   */
  readonly fillFirst?: boolean;
}

/**
 * Opens the views of a place for their one writer, and makes them where there are none.
 * @throws ViewsInUse @throws ViewsUnavailable @throws ViewsTooNew @throws ViewsDamaged @throws ViewsUrlInvalid
 */
export function openViewsWriter(options: ViewsWriterOptions): Promise<GenerationWriter> {
  const { url, onWarning = () => {}, ...choices } = options;
  return openGeneration(placeAt(url), onWarning, choices);
}

/** Opens the views of a place for reading: also before a writer has made any, and while one writes.
 *  @throws ViewsUrlInvalid */
export async function openViewsReader({ url }: ViewsOptions): Promise<ViewsReader> {
  return new LiveReader(placeAt(url));
}
