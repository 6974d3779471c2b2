// Every vector of the npm package `cctv-age` (C2SP/CCTV) through `depone-conformance age`: the same outcome, and exactly the
// bytes that the vector allows.
//
//   node cctv_age.mjs DRIVER        (in a directory where the package is installed)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const driver = process.argv[2];
const require = createRequire(join(process.cwd(), 'package.json'));
const vectors = await import(pathToFileURL(require.resolve('cctv-age')));

const outcomes = {
  'success': '', 'no match': 'no_match', 'HMAC failure': 'hmac_failure', 'header failure': 'header_failure',
  'payload failure': 'payload_failure', 'armor failure': 'armor_failure',
};

function parse(bytes) {
  const text = Buffer.from(bytes);
  const end = text.indexOf('\n\n');
  const vector = { identities: [], file: text.subarray(end + 2) };
  for (const line of text.subarray(0, end).toString().split('\n')) {
    const colon = line.indexOf(': ');
    const [key, value] = [line.slice(0, colon), line.slice(colon + 2)];
    if (key === 'identity' || key === 'passphrase') vector.identities.push(value);
    else vector[key] = value;
  }
  if (vector.compressed === 'zlib') vector.file = inflateSync(vector.file);
  return vector;
}

const work = mkdtempSync(join(tmpdir(), 'depone-cctv-'));
let failed = 0;
const names = Object.keys(vectors.default ?? vectors);
for (const name of names) {
  const vector = parse((vectors.default ?? vectors)[name]);
  const identities = join(work, 'identities');
  writeFileSync(identities, vector.identities.map((line) => line + '\n').join(''));
  const args = ['age', '--identity', identities];
  if (vector.armored === 'yes') args.push('--armor');
  const ran = spawnSync(driver, args, { input: vector.file, maxBuffer: 1 << 28 });
  const said = ran.stderr.toString().trimEnd().split('\n').pop();
  const expected = outcomes[vector.expect];
  const problems = [];
  if (expected === undefined) problems.push(`unknown outcome ${vector.expect}`);
  if (ran.status !== (expected === '' ? 0 : 1)) problems.push(`exit ${ran.status}`);
  if (expected !== '' && said !== expected) problems.push(`said ${said}, expected ${expected}`);
  if (vector.payload) {
    const hash = createHash('sha256').update(ran.stdout).digest('hex');
    if (hash !== vector.payload) problems.push(`${ran.stdout.length} bytes came out, not those expected`);
  } else if (ran.stdout.length > 0) {
    problems.push('bytes came out');
  }
  if (problems.length > 0) {
    ++failed;
    console.log(`${name} (${vector.expect}; ${vector.comment ?? ''}): ${problems.join('; ')}`);
  }
}
rmSync(work, { recursive: true });
console.log(`${names.length} vectors, ${failed} failed`);
process.exit(failed > 0 || names.length < 100 ? 1 : 0);
