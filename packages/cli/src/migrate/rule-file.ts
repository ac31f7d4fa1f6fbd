import { Document, isScalar, Scalar, visit } from 'yaml';
import type { Mapping } from './mapping.ts';
import { recordingRules } from './recording-rules.ts';

/** A mapping's rules as the text of a Prometheus rule file. */
export function renderRuleFile(mapping: Mapping, source: string): string {
  const document = new Document({
    groups: [{ name: mapping.system, interval: mapping.interval, rules: recordingRules(mapping) }],
  });
  visit(document, {
    Pair(_, pair) {
      const isExpression = isScalar(pair.key) && pair.key.value === 'expr';
      if (isExpression && isScalar(pair.value)) pair.value.type = Scalar.BLOCK_LITERAL;
    },
  });
  document.commentBefore = ` Generated from ${source} by trademeter migrate. Do not edit.`;
  return document.toString({ lineWidth: 0 });
}
