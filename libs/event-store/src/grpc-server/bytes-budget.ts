/** What all clients together may keep in memory of appends that are not written yet: beyond it the next is told to come again. */
export class BytesBudget {
  #taken = 0;

  constructor(private readonly bytesMax: number) {}

  get taken(): number {
    return this.#taken;
  }

  /** False: nothing was taken. */
  take(bytes: number): boolean {
    if (this.#taken + bytes > this.bytesMax) return false;
    this.#taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#taken -= bytes;
  }
}
