/** An embedded store on a temporary folder with its file under control. */
import type { EmbeddedEventStore } from '../embedded-event-store.js';
import { type EmbeddedInsides, openWithInsides } from '../open-embedded-event-store.js';
import { ControlledLogFile } from './controlled-log-file.js';
import { temporaryFolder } from './temporary-folder.js';

export interface ControlledStore {
  readonly store: EmbeddedEventStore;
  readonly file: ControlledLogFile;
  /** What `onFatal` was called with. */
  readonly fatal: readonly Error[];
  readonly folder: string;
  dispose(): Promise<void>;
}

export async function openControlledStore(
  insides: Omit<EmbeddedInsides, 'wrapFile'> = {},
): Promise<ControlledStore> {
  const folder = temporaryFolder();
  const fatal: Error[] = [];
  const files: ControlledLogFile[] = [];
  const store = await openWithInsides(
    { folder: folder.path, onFatal: (error) => fatal.push(error) },
    {
      ...insides,
      wrapFile(inner) {
        const file = new ControlledLogFile(inner);
        files.push(file);
        return file;
      },
    },
  );
  const [file] = files;
  if (!file) throw new Error('the store was opened without its file');
  return {
    store,
    file,
    fatal,
    folder: folder.path,
    async dispose() {
      file.letFlushesGo();
      await store.close();
      folder.remove();
    },
  };
}
