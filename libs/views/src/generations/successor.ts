/**
 * Views that are built anew beside the live ones, under the lock of the writer of those, which goes on writing.
 *  S1 nobody reads them before `takeOver`;
 *  S2 they take over only where the live ones stand: no reader ever goes back;
 *  S3 whatever ends them before that leaves the live ones as they were: what was built is dropped here, or when the
 *     place is opened the next time.
 */
import { firstDifference } from '../compare/first-difference.js';
import { Snapshot } from '../compare/snapshot.js';
import type { Place } from '../engine/place.js';
import type { Checkpoint, ViewChanges, ViewsComparison, ViewsSuccessor } from '../views.js';
import type { GenerationWriter } from '../write/views-writer.js';
import type { Leftovers } from './leftovers.js';

export class Successor implements ViewsSuccessor {
  /** Nothing is to be discarded: it was, or it is live, or only the next opening of the place can say. */
  #over = false;

  constructor(
    private readonly place: Place,
    private readonly leftovers: Leftovers,
    private readonly live: GenerationWriter,
    private readonly writer: GenerationWriter,
  ) {}

  get generation(): number {
    return this.writer.generation;
  }

  checkpoint(): Promise<Checkpoint | null> {
    return this.writer.checkpoint();
  }

  apply(changes: ViewChanges): Promise<void> {
    return this.writer.apply(changes);
  }

  async compare(): Promise<ViewsComparison> {
    const ours = await this.#take(this.live.generation);
    try {
      const theirs = await this.#take(this.generation);
      return new Comparison(this.place, ours, theirs);
    } catch (error) {
      await ours.close();
      throw error;
    }
  }

  async takeOver(): Promise<GenerationWriter> {
    const { live, writer } = this;
    const [ours, theirs] = [await live.checkpoint(), await writer.checkpoint()];
    if (ours?.logId !== theirs?.logId || ours?.position !== theirs?.position)
      throw new Error(`views at ${theirs?.position} cannot take over from those at ${ours?.position}`);
    this.#over = true;
    try {
      await writer.goLive();
      await live.retire();
    } catch (error) {
      // What went wrong first is what the caller has to know; whoever closes `live` lets go of the place.
      await Promise.allSettled([writer.retire()]);
      throw error;
    }
    return writer;
  }

  async discard(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    await this.writer.retire();
    try {
      await this.leftovers.drop(this.generation);
    } catch (error) {
      throw this.place.meaningOf(error);
    }
  }

  async #take(generation: number): Promise<Snapshot> {
    try {
      return await Snapshot.take(this.place, generation);
    } catch (error) {
      throw this.place.meaningOf(error);
    }
  }
}

class Comparison implements ViewsComparison {
  constructor(
    private readonly place: Place,
    private readonly ours: Snapshot,
    private readonly theirs: Snapshot,
  ) {}

  get checkpoints(): [Checkpoint | null, Checkpoint | null] {
    return [this.ours.checkpoint, this.theirs.checkpoint];
  }

  async difference(onRows: (rows: number) => void) {
    try {
      return await firstDifference(this.ours.db, this.theirs.db, onRows);
    } catch (error) {
      throw this.place.meaningOf(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.ours.close(), this.theirs.close()]);
  }
}
