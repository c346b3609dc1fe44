import { plural } from '../index.ts';

export const resources = {
  title: 'API リソース',
  one: 'API リソース',
  text: '保護する API です。アプリケーションはその API のトークンを要求し、トークンには許可される内容が示されます。',
  create: 'API リソースを作成',
  createFirst: '最初の API を登録しましょう',
  isDefault: 'デフォルト',
  builtIn: '組み込み',
  id: 'API リソース ID',
  nameHelp: '管理者だけに表示されます。',
  indicator: '識別子',
  indicatorHelp: 'トークンのオーディエンスで、https://api.example.com のような絶対アドレスです。実在しなくてもかまいません。後から変更できません。',
  indicatorWrong: 'https://api.example.com のような、空白と # を含まない絶対アドレスではありません。',
  general: '全般',
  about: '情報',
  ttl: 'アクセストークンの有効期間（秒）',
  ttlHelp: '3600 は 1 時間です。発行済みのトークンの期間は変わりません。',
  ttlWrong: '1 以上 10 年以下の、秒数の整数です。',
  defaultApi: 'デフォルト API',
  defaultApiHelp: 'API を指定しないアプリケーションは、この API のトークンを取得します。デフォルトは 1 つだけで、これまでのものは解除されます。',
  managed: 'コンソール自身が使う API です。名前の変更も削除もできず、権限は固定されています。',

  tabs: { permissions: '権限', general: '全般' },

  permission: {
    title: '権限',
    search: '名前、説明、ID で検索',
    empty: '権限は、read:invoices のように、この API でできることを表します。ロールは権限を含みます。',
    create: '権限を作成',
    createFirst: '最初の権限を作成しましょう',
    name: '権限',
    nameHelp: 'read:invoices のように、空白を含めません。トークンにスコープとして入ります。',
    blanks: '権限の名前に空白は使えません。',
    edit: '権限を編集',
    delete: '権限を削除',
    deleteText: (name: string) => `${name} は完全に削除されます。すべてのロールから外れ、ロールを通じて持つ人も失います。`,
  },

  danger: '危険な操作',
  delete: 'API リソースを削除',
  deleteText: (permissions: number) => permissions === 0 ? 'アプリケーションはこの API のトークンを取得できなくなります。'
    : plural(permissions, 'アプリケーションはこの API のトークンを取得できなくなります。# 個の権限がすべてのロールから外れます。'),
};
