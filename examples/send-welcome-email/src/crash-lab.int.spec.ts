import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashLab } from '@do-sdk/actions/testing';
import { welcomeEmailAction } from './send-welcome-email.js';
import { SmtpServerDouble } from './smtp-server-double.contract.js';

const params = { userId: 'usr_1' };

describe('a welcome mail in the crash lab', () => {
  it('is one file in the mail drop, wherever its process or the platform dies', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'welcome-'));
    const countEffects = async () => {
      const files = await readdir(join(dataDir, 'mail')).catch(() => []);
      return files.filter((name) => name.endsWith('.eml')).length;
    };
    try {
      const action = welcomeEmailAction({ DO_DATA_DIR: dataDir });
      const report = await crashLab(action, { params, countEffects, faultsMax: 1 });
      report.assertKept();
      expect(report.lives.length).toBeGreaterThan(10);
    } finally {
      await rm(dataDir, { recursive: true });
    }
  });

  it('is sent over SMTP once at most, and then nobody knows or everybody does', async () => {
    const server = new SmtpServerDouble();
    const port = await server.listen();
    try {
      const action = welcomeEmailAction({ SMTP_URL: `smtp://127.0.0.1:${port}` });
      const countEffects = () => server.mails.length;
      const report = await crashLab(action, { params, countEffects, faultsMax: 1 });
      report.assertKept();
      expect(report.lives.some(({ outcome }) => outcome === 'unknown')).toBe(true);
    } finally {
      await server.close();
    }
  });
});
