import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Debian keeps a folder a version there, and Homebrew's packages of one version are on nobody's PATH either. */
const DEBIAN = '/usr/lib/postgresql';
const HOMEBREW = ['/opt/homebrew/opt', '/usr/local/opt'];
const VERSION = /^(?:postgresql@)?(\d+)$/;

/** Folders of PostgreSQL's programs that packages put where PATH does not lead, the newest version first. */
export function postgresFolders(places: readonly string[] = [DEBIAN, ...HOMEBREW]): string[] {
  return places
    .filter((place) => existsSync(place))
    .flatMap((place) =>
      readdirSync(place).flatMap((name) => {
        const [, version] = VERSION.exec(name) ?? [];
        return version === undefined ? [] : [{ version: Number(version), folder: join(place, name, 'bin') }];
      }),
    )
    .sort((a, b) => b.version - a.version)
    .map(({ folder }) => folder);
}
