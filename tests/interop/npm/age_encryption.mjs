// The npm package `age-encryption` against ours, in both directions: post-quantum, X25519 and passphrase, plain and armored.
//
//   node age_encryption.mjs DRIVER        (in a directory where the package is installed)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { randomFillSync } from 'node:crypto';

const driver = process.argv[2];
const require = createRequire(join(process.cwd(), 'package.json'));
const age = await import(pathToFileURL(require.resolve('age-encryption')));

const work = mkdtempSync(join(tmpdir(), 'depone-npm-'));
const kept = (name, text) => { const path = join(work, name); writeFileSync(path, text + '\n'); return path; };
let failed = 0;
let done = 0;

function check(what, got, plain) {
  ++done;
  if (got !== null && Buffer.compare(Buffer.from(got), Buffer.from(plain)) === 0) return;
  ++failed;
  console.log(`${what}, ${plain.length} bytes: not the same`);
}
function ours(args, input) {
  const ran = spawnSync(driver, args, { input, maxBuffer: 1 << 28 });
  if (ran.status === 0) return ran.stdout;
  console.log(`${args.join(' ')}: exit ${ran.status}: ${ran.stderr}`);
  return null;
}
async function theirs(file, prepare) {
  const decrypter = new age.Decrypter();
  prepare(decrypter);
  try { return await decrypter.decrypt(file); } catch (error) { console.log(String(error)); return null; }
}

const kinds = {
  'post-quantum': await age.generateHybridIdentity(),
  'X25519': await age.generateX25519Identity(),
};
for (const size of [0, 1, 65535, 65536, 65537, 300000]) {
  const plain = randomFillSync(new Uint8Array(size));
  for (const [kind, identity] of Object.entries(kinds)) {
    const recipient = await age.identityToRecipient(identity);
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(recipient);
    const file = await encrypter.encrypt(plain);
    const identities = kept('identity', identity);
    check(`${kind}, theirs opened by us`, ours(['age', '--identity', identities], file), plain);
    check(`${kind}, theirs armored, opened by us`,
      ours(['age', '--armor', '--identity', identities], age.armor.encode(file)), plain);
    const sealed = ours(['age-encrypt', '--recipient', recipient], plain);
    check(`${kind}, ours opened by them`, sealed && await theirs(sealed, (d) => d.addIdentity(identity)), plain);
  }
}
const plain = randomFillSync(new Uint8Array(1000));
const passphrase = 'a passphrase, 암호문, كلمة';
const encrypter = new age.Encrypter();
encrypter.setPassphrase(passphrase);
encrypter.setScryptWorkFactor(12);
const words = kept('passphrase', passphrase);
check('passphrase, theirs opened by us',
  ours(['age', '--passphrase-file', words], await encrypter.encrypt(plain)), plain);
const sealed = ours(['age-encrypt', '--passphrase-file', words], plain);
check('passphrase, ours opened by them', sealed && await theirs(sealed, (d) => d.addPassphrase(passphrase)), plain);

rmSync(work, { recursive: true });
console.log(`${done} files, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
