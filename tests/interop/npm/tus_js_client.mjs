// An unmodified tus-js-client (npm) uploads what `depone seal` made: given up in the middle, the relay killed, found again
// by what the client wrote down, killed once more while bytes arrive, and finished. Then the receipt holds and the relay
// is whole. Each request is signed from the recovery sheet's seed, by docs/format.md and node's own cryptography alone.
//
//   node tus_js_client.mjs BIN        (the programs' directory; in a directory where the package is installed)
import { spawn, spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, hkdfSync, randomBytes, randomFillSync, sign } from 'node:crypto';
import { cpSync, createReadStream, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync }
  from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = process.argv[2];
const require = createRequire(join(process.cwd(), 'package.json'));
const tus = await import(pathToFileURL(require.resolve('tus-js-client')));
const examples = join(dirname(fileURLToPath(import.meta.url)), '../../../docs/examples');

const work = mkdtempSync(join(tmpdir(), 'depone-tus-'));
process.umask(0o077);
let relay = null;
process.on('exit', () => { if (relay) relay.kill('SIGKILL'); rmSync(work, { recursive: true, force: true }); });

function fail(why) { console.log(`FAILED: ${why}`); process.exit(1); }
function check(holds, what) { if (!holds) fail(what); console.log(`ok: ${what}`); }
function run(program, ...args) {
  const ran = spawnSync(join(bin, program), args, { cwd: work, encoding: 'utf8' });
  if (ran.status !== 0) fail(`${program} ${args.join(' ')}: exit ${ran.status}: ${ran.stderr}`);
  return ran.stdout;
}
const json = (...args) => JSON.parse(run(...args, '--json').split('\n')[0]);

// --- the relay
const port = await new Promise((resolve) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => resolve(free));
  });
});
const url = `http://127.0.0.1:${port}`;
async function serve(directory) {
  const log = openSync(join(work, 'relay.log'), 'a');
  relay = spawn(join(bin, 'depone-relay'), ['serve', directory], { cwd: work, stdio: ['ignore', 'ignore', log] });
  for (let i = 0; i < 300; ++i) {
    try { if ((await fetch(`${url}/readyz`)).ok) return; } catch { /* not yet */ }
    await after(50);
  }
  fail(`${directory} does not serve: ${readFileSync(join(work, 'relay.log'))}`);
}
async function end(signal) {
  const ended = relay;
  relay = null;
  const over = new Promise((resolve) => ended.once('exit', resolve));
  ended.kill(signal);
  await over;
}

writeFileSync(join(work, 'passphrase'), randomBytes(18).toString('base64') + '\n');
const secret = ['--passphrase-file', 'passphrase'];
run('depone-relay', 'init', 'relay', '--organisation', 'Test', '--url', url, ...secret);
await serve('relay');
for (const id of ['desk-1', 'monitor-1']) {
  const vault = ['--vault', id, ...secret];
  run('depone', 'init', '--recovery-file', `${id}.sheet`, ...vault);
  const { invite } = json('depone-relay', 'invite', 'relay', '--role', id.split('-')[0], '--name', id);
  const { fingerprint } = json('depone', 'join', invite, '--name', id, ...vault);
  run('depone-relay', 'members', 'approve', 'relay', id, '--fingerprint', fingerprint, ...secret);
}
const monitor = ['--vault', 'monitor-1', ...secret];
run('depone', 'sync', ...monitor);
await end('SIGTERM');
// The bundle gets out of the vault through one relay, and into another that knows the same members.
cpSync(join(work, 'relay'), join(work, 'other'), { recursive: true });
await serve('relay');
writeFileSync(join(work, 'recording.bin'), randomFillSync(new Uint8Array(6 << 20)));
const { id } = json('depone', 'new', 'testimony', '--from', join(examples, 'testimony.json'), ...monitor);
run('depone', 'attach', id, 'recording.bin', ...monitor);
run('depone', 'seal', ...monitor);
run('depone', 'sync', ...monitor);
await end('SIGTERM');
run('depone-relay', 'export', 'relay', '--courier', 'stick');
const name = readdirSync(join(work, 'stick/bundles')).find((one) => one.endsWith('.age'));
const bundle = join(work, 'stick/bundles', name);
const sha256 = createHash('sha256').update(readFileSync(bundle)).digest('hex');
const size = statSync(bundle).size;
check(name === `${sha256}.age` && size > 6 << 20, `a sealed bundle of ${size} bytes is there`);

// --- signatures, as docs/format.md says
function seedOf(sheet) {
  const text = readFileSync(join(work, sheet), 'utf8').match(/^DEPONE-SEED-1[0-9A-Z]+$/m)[0].toLowerCase();
  const values = [...text.slice(text.lastIndexOf('1') + 1, -6)].map((c) => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.indexOf(c));
  const bits = values.map((value) => value.toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}
const scalar = hkdfSync('sha256', seedOf('monitor-1.sheet'), Buffer.alloc(0), 'depone/1 request', 32);
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(scalar)]), format: 'der',
  type: 'pkcs8',
});
const keyid = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
check(keyid === json('depone', 'key', 'show', ...monitor).request_key, 'the request key is that of the seed');

function signatureOf(method, target, covered) {
  const parts = [['@method', method], ['@target-uri', target], ...Object.entries(covered)];
  const params = `(${parts.map(([one]) => `"${one}"`).join(' ')});created=${Math.floor(Date.now() / 1000)}` +
    `;keyid="${keyid}";alg="ed25519";tag="depone/1"`;
  const base = [...parts, ['@signature-params', params]].map(([one, value]) => `"${one}": ${value}`).join('\n');
  return {
    'Signature-Input': `depone=${params}`, 'Signature': `depone=:${sign(null, Buffer.from(base), key).toString('base64')}:`,
  };
}

// --- the upload
const chunkSize = 1 << 20;
const requests = [];
function upload(more) {
  const made = new tus.Upload(createReadStream(bundle), {
    endpoint: `${url}/v1/bundles`,
    chunkSize,
    metadata: { sha256, minisig: readFileSync(`${bundle}.minisig`, 'utf8') },
    urlStorage: new tus.FileUrlStorage(join(work, 'urls')),
    retryDelays: null,
    onBeforeRequest(request) {
      const covered = {};
      const offset = request.getHeader('Upload-Offset');
      for (const header of ['Upload-Length', 'Upload-Metadata', 'Upload-Offset']) {
        const value = request.getHeader(header);
        if (value !== undefined) covered[header.toLowerCase()] = value;
      }
      if (request.getMethod() === 'PATCH') covered['content-length'] = Math.min(chunkSize, size - Number(offset));
      requests.push(`${request.getMethod()} ${offset ?? ''}`.trim());
      for (const [header, value] of Object.entries(signatureOf(request.getMethod(), request.getURL(), covered))) {
        request.setHeader(header, value);
      }
    },
    ...more,
  });
  return made;
}
const within = (promise, what) => Promise.race([promise, after(60_000).then(() => fail(`${what} takes too long`))]);

await serve('other');
await within(new Promise((resolve, reject) => {
  const first = upload({
    onError: reject,
    onProgress(sent) { if (sent > 2 * chunkSize && sent < 3 * chunkSize) first.abort().then(resolve); },
  });
  first.start();
}), 'the first part');
check(requests.join(' ') === `POST PATCH 0 PATCH ${chunkSize} PATCH ${2 * chunkSize}`,
  'the client gives up in the middle of its third piece');
await end('SIGKILL');
await serve('other');

requests.length = 0;
let killed = 0;
let again = Promise.resolve();
await within(new Promise((resolve, reject) => {
  const second = upload({
    retryDelays: Array(20).fill(200),
    onError: reject,
    onSuccess: resolve,
    onProgress(sent) {
      if (killed === 0 && sent > 4 * chunkSize && sent % chunkSize !== 0) {
        killed = sent;
        relay.kill('SIGKILL');
        relay = null;
        again = after(300).then(() => serve('other'));
      }
    },
  });
  second.findPreviousUploads().then((previous) => {
    check(previous.length === 1, 'the client finds its upload again');
    second.resumeFromPreviousUpload(previous[0]);
    second.start();
  });
}), 'the rest');
await again;
check(requests[0] === 'HEAD' && Number(requests[1].split(' ')[1]) >= 2 * chunkSize, 'it goes on where it was');
check(killed > 0, 'the relay was killed while bytes arrived');
check(requests.filter((one) => one === 'HEAD').length >= 2 && !requests.includes('POST'),
  `and the client finished what it had begun: ${requests.join(', ')}`);

// --- what came of it
const target = `${url}/v1/receipts/${sha256}?wait=30`;
const receipt = await fetch(target, { headers: signatureOf('GET', target, {}) });
check(receipt.status === 200, 'the receipt is there');
writeFileSync(join(work, 'receipt'), await receipt.text());
// Once more, from nothing: the relay has it.
requests.length = 0;
await within(new Promise((resolve, reject) => {
  upload({ storeFingerprintForResuming: false, retryDelays: [0], onError: reject, onSuccess: resolve }).start();
}), 'the same again');
check(requests.at(-1) === 'HEAD', `the same upload again ends at once: ${requests.join(', ')}`);
await end('SIGTERM');
const whole = json('depone-relay', 'check', 'other');
check(whole.problems.length === 0 && whole.bundles === 1, 'the relay is whole');
run('depone-relay', 'export', 'other', '--courier', 'audit', '--audit');
run('depone-audit', 'receipt', 'receipt', '--roster', 'audit/audit/roster.json', '--authority', 'other/authority.pub');
check(true, 'the receipt holds');
process.exit(0);
