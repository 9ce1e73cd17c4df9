import type { Connections, Generations, Place, Use, WriterLock } from './engine/place.js';

/** A place whose process dies between two of its acts, as far as the place can see: from then on nothing is done there. */
export class DyingPlace implements Place {
  #actsLeft = Number.POSITIVE_INFINITY;

  constructor(private readonly place: Place) {}

  dieAfter(acts: number): void {
    this.#actsLeft = acts;
  }

  get name(): string {
    return this.place.name;
  }

  get words() {
    return this.place.words;
  }

  get locksRows() {
    return this.place.locksRows;
  }

  lock(): Promise<WriterLock> {
    return this.place.lock();
  }

  generations(): Promise<Generations> {
    return this.#act(() => this.place.generations());
  }

  live(): Promise<number | null> {
    return this.#act(() => this.place.live());
  }

  make(generation: number): Promise<void> {
    return this.#act(() => this.place.make(generation));
  }

  open(generation: number, use: Use): Promise<Connections | null> {
    return this.#act(() => this.place.open(generation, use));
  }

  setLive(...[generation, before, within]: Parameters<Place['setLive']>): Promise<boolean> {
    return this.#act(() => this.place.setLive(generation, before, within));
  }

  drop(generation: number): Promise<boolean> {
    return this.#act(() => this.place.drop(generation));
  }

  wordFor(generation: number): string {
    return this.place.wordFor(generation);
  }

  isMissing(error: unknown): boolean {
    return this.place.isMissing(error);
  }

  meaningOf(error: unknown): unknown {
    return this.place.meaningOf(error);
  }

  close(): Promise<void> {
    return this.place.close();
  }

  async #act<T>(act: () => Promise<T>): Promise<T> {
    if (this.#actsLeft === 0) throw new Error('the process died');
    this.#actsLeft -= 1;
    return act();
  }
}
