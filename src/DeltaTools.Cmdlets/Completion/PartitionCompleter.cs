using System.Management.Automation;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Fields that new files of the table are partitioned by.</summary>
public sealed class PartitionCompleter : LookupCompleter
{
    private protected override async Task<IEnumerable<CompletionResult>> FindAsync(Request request, CancellationToken cancel) =>
        await request.TableAsync(cancel) is not { } table ? []
        : from field in table.DefaultSpec.Fields.Zip(PartitionText.Print(table.DefaultSpec, table.CurrentSchema))
          where field.First.Transform is not VoidTransform && (request.Word.Matches(field.First.Name) || request.Word.Matches(field.Second))
          select CompletionWord.Result(field.First.Name, field.Second);
}
