// Bundle each file directly in src/ into a folder: `node esbuild.mjs FOLDER DIGEST`. Names carry a digest of the
// content, so that browsers may keep them for ever; manifest.json tells which name a script has now.
import { build } from 'esbuild';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const [folder, digest] = process.argv.slice(2);
const { metafile } = await build({
  entryPoints: readdirSync('src').filter((name) => name.endsWith('.js')).map((name) => join('src', name)),
  outdir: folder,
  entryNames: '[name]-[hash]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',  // licences.txt has them whole
  metafile: true,
});

const scripts = Object.entries(metafile.outputs)
  .map(([path, { entryPoint }]) => [basename(entryPoint, '.js'), basename(path)]);
writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ sources: digest, scripts: Object.fromEntries(scripts) }));

const packages = new Set(
  Object.keys(metafile.inputs).map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean),
);
const licences = [...packages].sort().map((name) => {
  const place = join('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((each) => join(place, each)).find(existsSync);
  return `${name} ${version}: ${license}\n\n${file ? readFileSync(file, 'utf8').trim() : ''}\n`;
});
writeFileSync(join(folder, 'licences.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));
