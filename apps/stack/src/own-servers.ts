/** A server that the stack started for itself. */
interface OwnServer {
  /** Resolves when its process has ended. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

/** Those that the stack started, so that all of them end with it, and it with any of them. */
export class OwnServers {
  readonly #servers: OwnServer[] = [];
  #isEnding = false;
  #tell: (why: string) => void = () => undefined;
  /** Resolves with words when one ends though nobody wanted it to. */
  readonly died = new Promise<string>((resolve) => {
    this.#tell = resolve;
  });

  /** @param name stands in the words that `died` comes to */
  keep(name: string, server: OwnServer): void {
    this.#servers.push(server);
    void server.exited.then(() => {
      if (!this.#isEnding) this.#tell(`${name} ended by itself`);
    });
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    for (const server of this.#servers) await server.stop();
  }
}
