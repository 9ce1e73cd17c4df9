import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  postgresProgram,
  type Random,
  seededRandom,
  startPostgres,
  temporaryFolder,
} from '@action-do/test-support';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import { checkBuiltAgain, checkViews, type Places } from './check-views.js';
import { killProjector } from './killed-projector.js';

/** Then a new log: it has to stay small for a rebuild to come to its end, and to its switch, before the kill. */
const ROUNDS_OF_A_LOG = 5;
/** From before it has opened anything, up to where it has been following for long. */
const KILL_AFTER_MS = { min: 300, max: 3_000 };
const WRITERS_MAX = 8;
const REBUILDING_SHARE = 0.5;
const WRITERS_BESIDE_A_REBUILD = 1;

interface Engine {
  readonly name: string;
  /** An empty place of its own at each call. */
  readonly makeUrl: () => string;
}

/** kill -9 of a projector that appends, projects and builds anew; then its views against views that nobody killed. */
export const projector: TortureMode = {
  about: 'kill -9 of a projector at random moments, also while it builds its views anew, on both engines',
  unit: 'rounds an engine',
  roundsDefault: 50,
  run: async (options) => {
    const folder = temporaryFolder('action-do-projector');
    const server = postgresProgram() === null ? null : await startPostgres();
    let places = 0;
    const engines: Engine[] = [
      { name: 'libsql', makeUrl: () => `embedded:${join(folder.path, `views-${++places}`)}` },
      ...(server === null ? [] : [{ name: 'PostgreSQL', makeUrl: () => server.database() }]),
    ];
    if (server === null) options.say('PostgreSQL is not installed: left out');
    const run = new ProjectorRun(options, folder.path);
    try {
      for (const engine of engines) await run.on(engine);
      return run.report();
    } finally {
      await server?.stop();
      folder.remove();
    }
  },
};

class ProjectorRun {
  readonly #random: Random;
  readonly #violations: string[] = [];
  readonly #beganMs = performance.now();
  readonly #figures = {
    kills: 0,
    'kills before there were views': 0,
    'kills beside a rebuild': 0,
    'rebuilds that came to their end': 0,
    'executions acknowledged': 0,
    'rows compared': 0,
    'views deleted and built again': 0,
  };
  readonly #engines: string[] = [];
  #logs = 0;

  constructor(
    private readonly options: TortureOptions,
    private readonly folder: string,
  ) {
    this.#random = seededRandom(options.seed);
  }

  async on(engine: Engine): Promise<void> {
    const { rounds, say } = this.options;
    this.#engines.push(engine.name);
    let places = this.#newPlaces(engine);
    let position = 0n;
    for (let round = 1; round <= rounds; round += 1) {
      position = await this.#round(`${engine.name}, round ${round}`, places, position);
      say(
        `${engine.name}, round ${round} of ${rounds}: at ${position}, ${this.#violations.length} violations`,
      );
      if (round % ROUNDS_OF_A_LOG !== 0 && round !== rounds) continue;
      if (position > 0n)
        await this.#buildAgain(`${engine.name}, after round ${round}`, places, engine.makeUrl());
      places = this.#newPlaces(engine);
      position = 0n;
    }
  }

  report(): TortureReport {
    const seconds = Math.round((performance.now() - this.#beganMs) / 1_000);
    return {
      figures: { engines: this.#engines.join(', '), ...this.#figures, 'seconds in all': seconds },
      violations: this.#violations,
    };
  }

  /** @returns up to where the views are then */
  async #round(name: string, places: Places, before: bigint): Promise<bigint> {
    const { min, max } = KILL_AFTER_MS;
    const killAfterMs = min + this.#random() * (max - min);
    const rebuilding = this.#random() < REBUILDING_SHARE;
    const writers = rebuilding ? WRITERS_BESIDE_A_REBUILD : 1 + Math.floor(this.#random() * WRITERS_MAX);
    const killed = await killProjector({ ...places, killAfterMs, rebuilding, writers });
    const { position, rowsCompared, broken } = await checkViews(places, before);
    this.#violations.push(...[...killed.broken, ...broken].map((what) => `${name}: ${what}`));
    this.#figures.kills += 1;
    if (rebuilding) this.#figures['kills beside a rebuild'] += 1;
    if (position === null) this.#figures['kills before there were views'] += 1;
    this.#figures['rebuilds that came to their end'] += killed.rebuilds;
    this.#figures['executions acknowledged'] += killed.acknowledged;
    this.#figures['rows compared'] += rowsCompared;
    return position ?? before;
  }

  async #buildAgain(name: string, places: Places, againUrl: string): Promise<void> {
    const { rowsCompared, broken } = await checkBuiltAgain(places, againUrl);
    this.#violations.push(...broken.map((what) => `${name}, built again: ${what}`));
    this.#figures['rows compared'] += rowsCompared;
    this.#figures['views deleted and built again'] += 1;
  }

  #newPlaces({ makeUrl }: Engine): Places {
    this.#logs += 1;
    const logFolder = join(this.folder, `log-${this.#logs}`);
    mkdirSync(logFolder);
    return { logFolder, viewsUrl: makeUrl(), referenceUrl: makeUrl() };
  }
}
