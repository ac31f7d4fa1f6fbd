export default function Page() {
  return <p>bot</p>;
}
