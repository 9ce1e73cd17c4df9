import { resolve } from 'node:path';
import { type Clock, DefinitionsRefused, OwnContractsRefused } from '@action-do/executor';
import {
  ActionModuleError,
  filesOf,
  type ImportGraph,
  type ImportModule,
  loadActions,
  realPath,
  touchedBy,
} from '@action-do/service-kit';
import type { ActionDefinition } from '@do-sdk/actions';
import type { Logger } from 'pino';
import { FileWatch } from './file-watch.js';

export interface ActionModulesParts {
  /** As `DO_ACTIONS` names them, relative to `from`. */
  readonly paths: readonly string[];
  readonly from: string;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Takes what a module defines in the place of what it defined before, all or none. @throws Error why not, for its author */
  readonly take: (module: string, definitions: readonly ActionDefinition[]) => Promise<void>;
  /** Has files loaded anew by whoever imports them from now on. */
  readonly renew: (files: Iterable<string>, version: number) => Promise<void>;
  readonly importModule: (file: string, version: number) => ReturnType<ImportModule>;
}

/** A module that cannot be used as it is. */
export interface ModuleTrouble {
  readonly module: string;
  readonly why: string;
}

interface Module {
  readonly path: string;
  readonly file: string;
  files: ImportGraph;
  /** What stands. */
  definitions: readonly ActionDefinition[];
  /** What it defines now, and is not taken yet, for others are in the way or nothing could be recorded. */
  pending: readonly ActionDefinition[] | null;
  trouble: string | null;
  /** Its own code threw while it was loaded: what it imports may have, and Node would remember. */
  threw: boolean;
}

/** What was loaded stays in memory, code by code. */
const RELOADS_MAX = 1_000;
const LOAD_MS_MAX = 30_000;

/**
 * The modules of `DO_ACTIONS`, loaded, and loaded anew when one of their files changes.
 *
 *  M1 a module is taken whole or not at all: one that does not load, or is refused, leaves its last good definitions and all
 *     other modules as they are;
 *  M2 files are listed, and looked at, before they are loaded: what changes meanwhile is a change;
 *  M3 a file that did not change, and imports none that did, is not loaded again: it keeps its state, such as its pools.
 */
export class ActionModules {
  private readonly modules: readonly Module[];
  private readonly watch: FileWatch;
  private reloads = 0;

  constructor(private readonly parts: ActionModulesParts) {
    this.modules = parts.paths.map((path) => ({
      path,
      file: resolve(parts.from, path),
      files: new Map(),
      definitions: [],
      pending: null,
      trouble: null,
      threw: false,
    }));
    this.watch = new FileWatch(parts.clock, (changed) => this.reload(changed));
  }

  get definitions(): readonly ActionDefinition[] {
    return this.modules.flatMap(({ definitions }) => definitions);
  }

  get troubles(): readonly ModuleTrouble[] {
    return this.modules.flatMap(({ path: module, trouble: why }) => (why === null ? [] : [{ module, why }]));
  }

  /** Loads all of them. Never rejects: `troubles` tells. */
  async load(): Promise<void> {
    await this.takeUp(this.modules, 0);
  }

  /** From now on what changes is taken up; what could not be loaded is told in the log, too. */
  follow(): void {
    for (const module of this.modules) if (module.trouble !== null) this.complain(module);
    if (this.modules.length > 0) this.watch.start();
  }

  stop(): Promise<void> {
    return this.watch.stop();
  }

  private async reload(changed: ReadonlySet<string>): Promise<void> {
    const { logger, renew } = this.parts;
    this.reloads += 1;
    if (this.reloads > RELOADS_MAX) {
      if (this.reloads === RELOADS_MAX + 1)
        logger.warn(
          {},
          `modules of actions were reloaded ${RELOADS_MAX} times: start again for what changes now`,
        );
      return;
    }
    const touched = new Set<string>();
    const stale: Module[] = [];
    for (const module of this.modules) {
      const isLinkedAnew = changed.has(module.file) && !module.files.has(module.file);
      const files = touchedBy(changed, module.files);
      if (files.size === 0 && !isLinkedAnew) continue;
      stale.push(module);
      for (const file of module.threw || isLinkedAnew ? module.files.keys() : files) touched.add(file);
    }
    try {
      await renew(touched, this.reloads);
    } catch (error) {
      logger.error({ err: error }, 'modules of actions cannot be reloaded');
      return;
    }
    await this.takeUp(stale, this.reloads);
  }

  /** A module may wait for what never comes. */
  private within<T>(loading: Promise<T>): Promise<T> {
    return new Promise((end, fail) => {
      const late = (): void => fail(new Error(`it had not ended after ${LOAD_MS_MAX / 1_000} s`));
      const callOff = this.parts.clock.after(LOAD_MS_MAX, late);
      loading.then(end, fail).finally(callOff);
    });
  }

  private watchFiles(): void {
    // Also as it is named, where that is a link: it may lead elsewhere tomorrow.
    this.watch.watch(this.modules.flatMap(({ file, files }) => [file, ...files.keys()]));
  }

  private async takeUp(stale: readonly Module[], version: number): Promise<void> {
    for (const module of stale) await this.loadOne(module, version);
    const told = new Map(this.modules.map((module) => [module, module.trouble]));
    // What one gives up another may take, whichever comes first.
    for (let open = -1; open !== this.pending().length; ) {
      open = this.pending().length;
      for (const module of this.pending()) await this.offer(module, version);
    }
    for (const module of this.modules)
      if (
        version > 0 &&
        module.trouble !== null &&
        (stale.includes(module) || module.trouble !== told.get(module))
      )
        this.complain(module);
  }

  private pending(): Module[] {
    return this.modules.filter(({ pending }) => pending !== null);
  }

  private async loadOne(module: Module, version: number): Promise<void> {
    const { from, importModule } = this.parts;
    module.files = filesOf(module.file);
    module.pending = null;
    this.watchFiles();
    try {
      const importThis: ImportModule = (file) => this.within(importModule(realPath(file), version));
      const definitions = await loadActions(module.path, from, importThis);
      insistOnNew(module, definitions);
      module.pending = definitions;
      module.threw = false;
    } catch (error) {
      module.threw = error instanceof ActionModuleError && error.threw;
      module.trouble = whyOf(error, module.path);
    }
  }

  private async offer(module: Module, version: number): Promise<void> {
    const { take, logger } = this.parts;
    const definitions = module.pending ?? [];
    try {
      await take(module.path, definitions);
    } catch (error) {
      module.trouble = whyOf(error, module.path);
      return;
    }
    for (const { name, warnings } of definitions)
      for (const warning of warnings) logger.warn({ action: name }, warning);
    if (version > 0)
      logger.info({ module: module.path }, `reloaded ${module.path}: ${tell(module, definitions)}`);
    module.definitions = definitions;
    module.pending = null;
    module.trouble = null;
  }

  private complain({ path, trouble, definitions }: Module): void {
    const after = definitions.length > 0 ? `; what it defined goes on: ${namesOf(definitions)}` : '';
    this.parts.logger.error({ module: path }, `${path}: ${trouble}${after}`);
  }
}

/** CommonJS is kept by Node by the name of its file, whatever we ask. */
function insistOnNew({ path, definitions: before }: Module, definitions: readonly ActionDefinition[]): void {
  if (before.length > 0 && definitions.every((definition) => before.includes(definition)))
    throw new ActionModuleError(
      path,
      'gave the same definitions when it was loaded again: CommonJS, and what packages export, changes with the next start',
    );
}

function tell({ definitions: before }: Module, definitions: readonly ActionDefinition[]): string {
  const left = before.filter((one) => !definitions.some((other) => nameOf(other) === nameOf(one)));
  const gone = left.length > 0 ? `; no longer in it: ${namesOf(left)}` : '';
  return `${namesOf(definitions)}${gone}`;
}

/** Of what is wrong with a module: without its name, which is told beside. */
function whyOf(error: unknown, path: string): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ActionModuleError) return message.slice(`${path}: `.length);
  if (error instanceof DefinitionsRefused || error instanceof OwnContractsRefused) return message;
  return `its contracts could not be recorded: ${message}`;
}

const nameOf = ({ name, version }: ActionDefinition): string => `${name}@${version}`;
const namesOf = (definitions: readonly ActionDefinition[]): string => definitions.map(nameOf).join(', ');
