namespace DeltaTools.Core.Expressions;

/// <summary>Parser of the <c>-Filter</c> language: the conditions of SQL's WHERE on columns and constants.</summary>
/// <remarks>
/// <code>
/// condition := condition OR condition | condition AND condition | NOT condition | ( condition ) | test | TRUE | FALSE
/// test      := column (= | == | != | &lt;&gt; | &lt; | &lt;= | &gt; | &gt;=) literal, or the literal first
///            | column [NOT] IN (literal, ...) | column [NOT] BETWEEN literal AND literal
///            | column [NOT] LIKE 'pattern' [ESCAPE 'c'] | column IS [NOT] NULL | column IS [NOT] NAN | column
/// literal   := 'text' | 12 | -1.5 | 2e-3 | TRUE | FALSE | X'0aff' | DATE '2024-01-31' | TIME '12:34:56.789'
///            | TIMESTAMP '2024-01-31 12:34:56' | TIMESTAMPTZ '2024-01-31T12:34:56Z' | UUID '...'
/// column    := name { . name }, each plain or in double quotes
/// </code>
/// Keywords in any case. A quote inside quotes is doubled. A column alone means that the boolean column is true.
/// Plain text is taken as the column's type when the predicate is bound. A backslash is an ordinary character in patterns unless ESCAPE says otherwise.
/// </remarks>
public sealed class FilterParser
{
    private readonly FilterReader _reader;
    private readonly FilterConditions _conditions;
    private readonly Stack<Group> _open = new();
    private Group _group = new(Start: 0);

    private FilterParser(string text)
    {
        _reader = new FilterReader(text);
        _conditions = new FilterConditions(_reader);
    }

    /// <exception cref="IcebergException">InvalidArgument: position and what was expected there.</exception>
    public static Predicate Parse(string filter) => new FilterParser(filter).Parse();

    private Predicate Parse()
    {
        if (_reader.Current.Kind == FilterTokenKind.End) throw _reader.Expected("a condition, such as department_id = 2");
        while (true)
        {
            ReadOperand();
            while (_reader.TakeSymbol(")")) CloseParenthesis();
            if (_reader.Take("OR")) _group.EndConjunction();
            else if (!_reader.Take("AND"))
            {
                if (_reader.Current.Kind != FilterTokenKind.End) throw _reader.Expected("AND, OR or the end of the filter");
                if (_open.Count > 0) throw _reader.ExpectedAt(_group.Start, "a closing ) for this one");
                return _group.Close();
            }
        }
    }

    /// <summary>Reads one test with the NOTs and opening parentheses before it. Parentheses go on a stack of ours, so any number is fine.</summary>
    private void ReadOperand()
    {
        while (true)
        {
            int start = _reader.Current.Start;
            if (_reader.Take("NOT")) _group.Negate = !_group.Negate;
            else if (_reader.TakeSymbol("("))
            {
                _open.Push(_group);
                _group = new Group(start);
            }
            else
            {
                _group.Add(_conditions.Read());
                return;
            }
        }
    }

    private void CloseParenthesis()
    {
        if (_open.Count == 0) throw _reader.ExpectedAt(_reader.Previous.Start, "no ) without its (");
        Predicate inner = _group.Close();
        _group = _open.Pop();
        _group.Add(inner);
    }

    /// <summary>What stands between two parentheses so far: finished terms of OR, and factors of the AND under way.</summary>
    private sealed class Group(int Start)
    {
        private readonly List<Predicate> _terms = [];
        private List<Predicate> _factors = [];

        public int Start { get; } = Start;

        /// <summary>Whether an odd number of NOTs stands before the next operand.</summary>
        public bool Negate { get; set; }

        public void Add(Predicate operand)
        {
            _factors.Add(Negate ? Predicate.Not(operand) : operand);
            Negate = false;
        }

        public void EndConjunction()
        {
            _terms.Add(Predicate.And(_factors));
            _factors = [];
        }

        public Predicate Close()
        {
            EndConjunction();
            return Predicate.Or(_terms);
        }
    }
}
