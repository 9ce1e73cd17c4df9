/** Enough for most answers. */
const FIRST_BYTES = 4 * 1_024;

/**
 * The body of an answer, as it comes in. What comes is copied: to keep every chunk as it is costs some two hundred bytes
 * each, and whoever sends single bytes decides how many there are.
 */
export class AnswerBody {
  private kept: Uint8Array;
  private size = 0;

  /** @param bytesMax what is kept of it */
  constructor(private readonly bytesMax: number) {
    this.kept = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, bytesMax));
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** @returns whether all of it is kept */
  add(chunk: Uint8Array): boolean {
    const taken = chunk.subarray(0, this.bytesMax - this.size);
    this.makeRoom(this.size + taken.byteLength);
    this.kept.set(taken, this.size);
    this.size += taken.byteLength;
    return taken.byteLength === chunk.byteLength;
  }

  bytes(): Uint8Array {
    return this.kept.subarray(0, this.size);
  }

  private makeRoom(size: number): void {
    if (size <= this.kept.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.bytesMax, Math.max(size, 2 * this.kept.byteLength)));
    larger.set(this.bytes());
    this.kept = larger;
  }
}
