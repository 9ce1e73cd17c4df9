import { basename, resolve } from 'node:path';
import { type Clock, DefinitionsRefused, OwnContractsRefused } from '@action-do/executor';
import {
  ActionModuleError,
  FILES_MAX,
  filesOf,
  type ImportGraph,
  type ImportModule,
  loadActions,
  realPath,
} from '@action-do/service-kit';
import type { ActionDefinition } from '@do-sdk/actions';
import type { Logger } from 'pino';
import { FileWatch, stateOf } from './file-watch.js';
import { LoadedFiles } from './loaded-files.js';

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
  /** Whether Node holds a file as CommonJS: by the name of the file, whatever URL it is asked for. */
  readonly isCommonJs: (file: string) => boolean;
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
  /** Nothing is known to be wrong with what is pending: it could not be recorded just then. */
  mayYet: boolean;
  toldOfFiles: boolean;
}

/** What was loaded stays in memory, code by code. */
const RELOADS_MAX = 1_000;
const LOAD_MS_MAX = 30_000;
/** What could not be recorded is tried again after this. */
const AGAIN_MS = 5_000;

/**
 * The modules of `DO_ACTIONS`, loaded, and loaded anew when one of their files changes.
 *
 *  M1 a module is taken whole or not at all: one that does not load, or is refused, leaves its last good definitions and all
 *     other modules as they are;
 *  M2 files are listed, and looked at, before they are loaded: what changes meanwhile is a change;
 *  M3 a file that did not change since it was loaded, and imports none that did, is not loaded again: it keeps its state,
 *     such as its pools;
 *  M4 a module is never taken with a file in it as that was before, nor with one that holds on to such a file: where Node
 *     would give no other, the module is refused.
 */
export class ActionModules {
  private readonly modules: readonly Module[];
  private readonly watch: FileWatch;
  private readonly loaded = new LoadedFiles(stateOf);
  private reloads = 0;
  /** Each time that a module is loaded anew has its number, for its files may be saved between two of one reload. */
  private loadings = 0;
  private isFollowing = false;
  /** One reload, or one more try, after the other. */
  private last: Promise<void> = Promise.resolve();
  private callOffAgain: (() => void) | null = null;

  constructor(private readonly parts: ActionModulesParts) {
    this.modules = parts.paths.map((path) => ({
      path,
      file: resolve(parts.from, path),
      files: new Map(),
      definitions: [],
      pending: null,
      trouble: null,
      mayYet: false,
      toldOfFiles: false,
    }));
    this.watch = new FileWatch(parts.clock, (changed) => this.inTurn(() => this.reload(changed)));
  }

  get definitions(): readonly ActionDefinition[] {
    return this.modules.flatMap(({ definitions }) => definitions);
  }

  get troubles(): readonly ModuleTrouble[] {
    return this.modules.flatMap(({ path: module, trouble: why }) => (why === null ? [] : [{ module, why }]));
  }

  /** Loads all of them. Never rejects: `troubles` tells. */
  async load(): Promise<void> {
    await this.inTurn(() => this.takeUp(this.modules, () => 0));
  }

  /** From now on what changes is taken up; what could not be loaded is told in the log, too. */
  follow(): void {
    for (const module of this.modules) if (module.trouble !== null) this.complain(module);
    this.isFollowing = true;
    this.tryAgain();
    if (this.modules.length > 0) this.watch.start();
  }

  /** Resolves when nothing is loaded or taken any more. */
  async stop(): Promise<void> {
    this.isFollowing = false;
    this.callOffAgain?.();
    await this.watch.stop();
    await this.last;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work);
    return this.last;
  }

  private async reload(changed: ReadonlySet<string>): Promise<void> {
    this.reloads += 1;
    if (this.reloads > RELOADS_MAX) {
      if (this.reloads === RELOADS_MAX + 1)
        this.parts.logger.warn(
          {},
          `modules of actions were reloaded ${RELOADS_MAX} times: start again for what changes now`,
        );
      return;
    }
    const has = ({ file, files }: Module): boolean =>
      changed.has(file) || [...files.keys()].some((one) => changed.has(one));
    await this.takeUp(this.modules.filter(has), () => ++this.loadings);
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

  private async takeUp(stale: readonly Module[], nextVersion: () => number): Promise<void> {
    for (const module of stale) await this.loadOne(module, nextVersion());
    await this.offerAll(stale);
  }

  private async offerAll(loaded: readonly Module[]): Promise<void> {
    const told = new Map(this.modules.map((module) => [module, module.trouble]));
    // What one gives up another may take, whichever comes first.
    for (let open = -1; open !== this.pending().length; ) {
      open = this.pending().length;
      for (const module of this.pending()) await this.offer(module);
    }
    for (const module of this.modules)
      if (
        this.isFollowing &&
        module.trouble !== null &&
        (loaded.includes(module) || module.trouble !== told.get(module))
      )
        this.complain(module);
    this.tryAgain();
  }

  /** What is away now, such as the log, tells nobody when it is back. */
  private tryAgain(): void {
    this.callOffAgain?.();
    this.callOffAgain = null;
    if (this.isFollowing && this.pending().some(({ mayYet }) => mayYet))
      this.callOffAgain = this.parts.clock.after(AGAIN_MS, () => void this.inTurn(() => this.offerAll([])));
  }

  private pending(): Module[] {
    return this.modules.filter(({ pending }) => pending !== null);
  }

  private async loadOne(module: Module, version: number): Promise<void> {
    const { from, importModule } = this.parts;
    module.files = filesOf(module.file);
    module.pending = null;
    this.watchFiles();
    this.tellOfFiles(module);
    try {
      await this.renew(module, version);
      const importThis: ImportModule = async (file) => {
        const exported = await this.within(importModule(realPath(file), version));
        this.loaded.prove(module.files.keys());
        return exported;
      };
      module.pending = await loadActions(module.path, from, importThis);
    } catch (error) {
      module.trouble = whyOf(error, module.path);
    }
  }

  /** Has those of its files loaded anew that are no longer what Node holds of them. @throws ActionModuleError */
  private async renew({ path, file, files }: Module, version: number): Promise<void> {
    const stale = version === 0 ? new Set<string>() : this.loaded.staleIn(files);
    if (version > 0) {
      this.refuseKept(path, files);
      // The module itself is asked for by its new URL in any case.
      stale.add(realPath(file));
      try {
        await this.parts.renew(stale, version);
      } catch (cause) {
        throw new ActionModuleError(path, `cannot be loaded again: ${messageOf(cause)}`, { cause });
      }
    }
    this.loaded.note(files, stale, version);
  }

  /** What Node loads once by the name of the file stays bound, too, to what it imported then. @throws ActionModuleError */
  private refuseKept(path: string, files: ImportGraph): void {
    const outdated = [...this.loaded.outdatedIn(files)];
    const kept = outdated.filter((file) => this.loaded.has(file) && this.parts.isCommonJs(file));
    const changed = kept.find((file) => this.loaded.hasChanged(file));
    const one = changed ?? kept[0];
    if (one === undefined) return;
    const what = changed === undefined ? 'what it imports' : 'it';
    throw new ActionModuleError(
      path,
      `Node keeps ${basename(one)} (CommonJS or JSON) as it was: ${what} changes with the next start`,
    );
  }

  private tellOfFiles(module: Module): void {
    if (module.files.size < FILES_MAX || module.toldOfFiles) return;
    module.toldOfFiles = true;
    this.parts.logger.warn(
      { module: module.path },
      `${module.path} imports ${FILES_MAX} files or more: no further ones are looked at, and a change in them is not taken up`,
    );
  }

  private async offer(module: Module): Promise<void> {
    const { take, logger } = this.parts;
    const definitions = module.pending ?? [];
    try {
      await take(module.path, definitions);
    } catch (error) {
      module.trouble = whyOf(error, module.path);
      module.mayYet = !isRefusal(error);
      return;
    }
    for (const { name, warnings } of definitions)
      for (const warning of warnings) logger.warn({ action: name }, warning);
    if (this.isFollowing)
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

function tell({ definitions: before }: Module, definitions: readonly ActionDefinition[]): string {
  const left = before.filter((one) => !definitions.some((other) => nameOf(other) === nameOf(one)));
  const gone = left.length > 0 ? `; no longer in it: ${namesOf(left)}` : '';
  return `${namesOf(definitions)}${gone}`;
}

/** Of what is wrong with a module: without its name, which is told beside. */
function whyOf(error: unknown, path: string): string {
  const message = messageOf(error);
  if (error instanceof ActionModuleError) return message.slice(`${path}: `.length);
  return isRefusal(error) ? message : `its contracts could not be recorded: ${message}`;
}

const isRefusal = (error: unknown): boolean =>
  error instanceof DefinitionsRefused || error instanceof OwnContractsRefused;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const nameOf = ({ name, version }: ActionDefinition): string => `${name}@${version}`;
const namesOf = (definitions: readonly ActionDefinition[]): string => definitions.map(nameOf).join(', ');
