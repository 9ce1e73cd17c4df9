/** Whether the event loop that raises a counter still turns, as seen from another thread. */
export class TurnsSeen {
  private turns: number;
  private changedAtMs: number;

  /** @param boundMs an event loop that did not turn for longer has hung: nobody knows whether it ever will again */
  constructor(
    private readonly boundMs: number,
    turns: number,
    nowMs: number,
  ) {
    this.turns = turns;
    this.changedAtMs = nowMs;
  }

  /** @param turns which may have run over: what counts is that it is another  @param nowMs by a steady clock */
  look(turns: number, nowMs: number): boolean {
    if (turns !== this.turns) {
      this.turns = turns;
      this.changedAtMs = nowMs;
    }
    return nowMs - this.changedAtMs <= this.boundMs;
  }
}
