// Compares the token estimate with real tokenizers on files of output.
//
//     node check_tokens.mjs ESTIMATOR FILE...
//
// For every file: o200k_base must count no more than the estimate; for files not named *hostile*, the estimate
// must be at most 1.6 times the real count, else it wastes the reader's budget. Installs js-tiktoken (MIT) from
// npm into a temporary folder. Exit status: 0 holds, 1 does not, 77 (skipped) without npm or network.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const SKIPPED = 77;
const PACKAGE = 'js-tiktoken@1.0.21';
const MAX_RATIO = 1.6;

function install(folder) {
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund',
      '--ignore-scripts', '--fetch-retries=0', PACKAGE], { stdio: 'pipe', timeout: 90000 });
    return true;
  } catch (error) {
    console.log(`SKIP: ${PACKAGE} cannot be installed from npm (${String(error.message).split('\n')[0]})`);
    return false;
  }
}

function check(folder, estimator, files) {
  const { getEncoding } = createRequire(join(folder, 'index.js'))('js-tiktoken');
  const o200k = getEncoding('o200k_base');
  const cl100k = getEncoding('cl100k_base');
  const lines = execFileSync(estimator, files, { encoding: 'utf8' }).trim().split('\n');
  let holds = true;

  console.log('estimate   o200k  cl100k  ratio  file');
  for (const line of lines) {
    const [estimate, path] = [Number(line.split(' ', 1)[0]), line.slice(line.indexOf(' ') + 1)];
    const text = readFileSync(path, 'utf8');
    const real = o200k.encode(text, [], []).length;
    const other = cl100k.encode(text, [], []).length;
    const ratio = estimate / real;
    const good = real <= estimate && (ratio <= MAX_RATIO || basename(path).includes('hostile'));

    holds = holds && good;
    console.log(`${String(estimate).padStart(8)}${String(real).padStart(8)}${String(other).padStart(8)}` +
      `${ratio.toFixed(2).padStart(7)}  ${basename(path)}${good ? '' : '   <-- out of bounds'}`);
  }
  return holds;
}

const [estimator, ...files] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'check-tokens-'));
let status = SKIPPED;

try {
  if (install(folder)) status = check(folder, estimator, files) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
