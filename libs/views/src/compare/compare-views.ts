import type { Place } from '../engine/place.js';
import { placeAt } from '../engine/place-at.js';
import { ViewsUnavailable } from '../errors.js';
import type { ViewsOptions } from '../open-views.js';
import type { Checkpoint, ViewsDifference } from '../views.js';
import { firstDifference } from './first-difference.js';
import { Snapshot } from './snapshot.js';

export interface ComparedViews {
  readonly checkpoints: readonly [Checkpoint | null, Checkpoint | null];
  /** That were the same. */
  readonly rows: number;
  readonly difference: ViewsDifference | null;
}

/**
 * Compares the live views of two places of one engine, each as it is at this moment, row by row.
 * @throws ViewsUnavailable one of them is out of reach, or has no views  @throws ViewsDamaged @throws ViewsUrlInvalid
 */
export async function compareViews(one: ViewsOptions, other: ViewsOptions): Promise<ComparedViews> {
  return looking(one, (ours) =>
    looking(other, async (theirs) => {
      let rows = 0;
      const difference = await firstDifference(ours.db, theirs.db, (sofar) => {
        rows = sofar;
      });
      return { checkpoints: [ours.checkpoint, theirs.checkpoint], rows, difference };
    }),
  );
}

async function looking<T>({ url }: ViewsOptions, work: (live: Snapshot) => Promise<T>): Promise<T> {
  const place = placeAt(url);
  try {
    const snapshot = await takeLive(place);
    try {
      return await work(snapshot);
    } finally {
      await snapshot.close();
    }
  } catch (error) {
    throw place.meaningOf(error);
  } finally {
    await place.close();
  }
}

async function takeLive(place: Place): Promise<Snapshot> {
  const live = await place.live();
  if (live === null) throw new ViewsUnavailable(place.name, 'there are none yet');
  return Snapshot.take(place, live);
}
