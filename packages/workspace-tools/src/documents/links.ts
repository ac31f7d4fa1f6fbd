import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import GithubSlugger from 'github-slugger';

/** Returns every relative link in a folder's Markdown whose file or heading does not exist, one sentence each. */
export function findDeadLinks(folder: string): string[] {
  const ignored = /(?:^|\/)(?:node_modules|dist)\//u;
  const documents = globSync(['**/*.md', '.{github,changeset}/**/*.md'], { cwd: folder })
    .filter((path) => !ignored.test(path))
    .toSorted();
  const texts = new Map(documents.map((path) => [path, withoutCode(readFileSync(join(folder, path), 'utf8'))]));
  return documents.flatMap((document) => {
    return linksOf(texts.get(document) ?? '').flatMap((link) => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? document : normalize(join(dirname(document), path));
      if (!existsSync(join(folder, target))) return [`${document}: ${link} leads to no file`];
      if (heading === undefined) return [];
      const page = statSync(join(folder, target)).isDirectory() ? join(target, 'README.md') : target;
      const text = texts.get(page);
      return text === undefined || headingsOf(text).has(heading) ? [] : [`${document}: ${link} leads to no heading`];
    });
  });
}

function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^(?<fence>`{3,}).*?^\k<fence>/gmsu, '');
}

/** The targets of links and images on the same host. */
function linksOf(markdown: string): string[] {
  const links = [
    ...markdown.matchAll(/\]\((?<link>[^)\s]+)\)/gu),
    ...markdown.matchAll(/src(?:set)?="(?<link>[^"]+)"/gu),
  ];
  return links.map(({ groups }) => groups?.['link'] ?? '').filter((link) => !/^[a-z]+:/u.test(link));
}

/** The anchors that GitHub makes of a page's headings. */
function headingsOf(markdown: string): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  const titles = [...markdown.matchAll(/^#{1,6} (?<title>.*)$/gmu)].map(({ groups }) => groups?.['title'] ?? '');
  return new Set(
    titles.map((title) => slugger.slug(title.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, '$1').replaceAll('`', ''))),
  );
}
