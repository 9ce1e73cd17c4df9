import { contextOf } from './action-context-double.contract.js';
import { welcomeEmailAction } from './send-welcome-email.js';
import { type SmtpScript, SmtpServerDouble } from './smtp-server-double.contract.js';

let server: SmtpServerDouble | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const params = { userId: 'usr_1', template: 'welcome' };
async function send(
  script: SmtpScript,
  { credentials = '', signal }: { credentials?: string; signal?: AbortSignal } = {},
) {
  server = new SmtpServerDouble(script);
  const port = await server.listen();
  const action = welcomeEmailAction({ SMTP_URL: `smtp://${credentials}127.0.0.1:${port}` });
  return action.run(params, contextOf('9f2c41d0-1', signal));
}

describe('with SMTP_URL a welcome mail', () => {
  it('is unsafe, and tried again only where nothing was sent', () => {
    const action = welcomeEmailAction({ SMTP_URL: 'smtp://ada:secret@mail.example:2525' });
    expect(action).toMatchObject({ policy: { effects: 'unsafe', retry: { attemptsMax: 5 } } });
    expect(action.description).toContain('mail.example:2525');
    expect(JSON.stringify(action)).not.toContain('secret');
  });

  it('is sent, once, with a Message-ID made of the effect key', async () => {
    const result = await send({});
    expect(result).toEqual({
      messageId: '<9f2c41d0-1@send-welcome-email.example>',
      to: 'usr_1@users.example',
      deliveredTo: 'smtp',
    });
    expect(server?.mails).toEqual([expect.stringContaining(`Message-ID: ${result.messageId}`)]);
    expect(server?.commands).toContain('RCPT TO:<usr_1@users.example>');
  });

  it('is sent after the login that the URL holds', async () => {
    await send({}, { credentials: 'ada:secret@' });
    const login = Buffer.from('\0ada\0secret').toString('base64');
    expect(server?.commands).toContain(`AUTH PLAIN ${login}`);
  });

  it.each([
    ['a refused login', { auth: '535 who are you' }, 'SMTP_LOGIN_REFUSED', false],
    ['a login that fails for now', { auth: '454 later' }, 'SMTP_LOGIN_REFUSED', true],
    ['a refused recipient', { rcpt: '550 no such user' }, 'SMTP_ENVELOPE_REFUSED', false],
    ['a greylisted recipient', { rcpt: '450 try again later' }, 'SMTP_ENVELOPE_REFUSED', true],
    ['a refusal before the content', { data: '554 no' }, 'SMTP_ENVELOPE_REFUSED', false],
    ['a refusal of the content', { content: '554 spam' }, 'SMTP_REFUSED', false],
    ['a refusal of the content for now', { content: '452 disk full' }, 'SMTP_REFUSED', true],
  ])('fails by %s with effect none', async (_what, script, code, retryable) => {
    const sent = send(script, { credentials: 'ada:secret@' });
    await expect(sent).rejects.toMatchObject({ name: 'ActionError', code, retryable, effect: 'none' });
    await expect(sent).rejects.toHaveProperty('details.response', Object.values(script)[0]);
  });

  it('fails by a refused connection with effect none, retryable', async () => {
    server = new SmtpServerDouble();
    const port = await server.listen();
    await server.close();
    const sent = welcomeEmailAction({ SMTP_URL: `smtp://127.0.0.1:${port}` }).run(params, contextOf('k-1'));
    await expect(sent).rejects.toMatchObject({ code: 'SMTP_UNREACHABLE', retryable: true, effect: 'none' });
  });

  it('is of unknown effect where the server dies after it got the content', async () => {
    await expect(send({ content: (socket) => socket.destroy() })).rejects.toMatchObject({
      code: 'SMTP_ANSWER_LOST',
      effect: 'unknown',
    });
    expect(server?.mails).toHaveLength(1);
  });

  it('is of unknown effect where the server breaks off within its refusal', async () => {
    const sent = send({ content: (socket) => socket.end('554 sp') });
    await expect(sent).rejects.toMatchObject({ code: 'SMTP_ANSWER_LOST', effect: 'unknown' });
  });

  it('given up while the server thinks about the content is of unknown effect', async () => {
    const abort = new AbortController();
    const sent = send({ content: () => abort.abort() }, { signal: abort.signal });
    await expect(sent).rejects.toMatchObject({ code: 'SMTP_ANSWER_LOST', effect: 'unknown' });
  });

  it('given up before the content is of effect none', async () => {
    const abort = new AbortController();
    server = new SmtpServerDouble();
    const port = await server.listen();
    const action = welcomeEmailAction({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    const sent = action.run(params, contextOf('k-1', abort.signal));
    abort.abort();
    await expect(sent).rejects.toMatchObject({ code: 'ABORTED', effect: 'none', retryable: true });
    expect(server.mails).toEqual([]);
  });

  it('is not begun with an SMTP_URL that is none, and the password is not shown', () => {
    const begin = () => welcomeEmailAction({ SMTP_URL: 'ada:se cret@host' });
    expect(begin).toThrow('SMTP_URL must be smtp://user:password@host:587');
  });
});
